"""The command line of the stock, and the documents that describe it."""

import csv as csv_of_python
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from comptoir.stock.commands import stock
from comptoir.stock.formats import FILES, own
from comptoir.stock.models import Offer, Report
from comptoir.stock.reports.preview import Kind
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = (DOCS / "feeds.md", *sorted((DOCS / "feeds").glob("*.md")))
DOCUMENT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def comptoir(*words: object) -> Result:
    return CliRunner().invoke(stock, [str(word) for word in words])


def test_import_tells_what_was_taken_and_refused(tmp_path):
    shop, product = make_shop(siret="73282932000074"), make_product()
    file, report = tmp_path / "stock.csv", tmp_path / "refused.csv"
    good = "".join(f"{make_product().ean};1\n" for _ in range(30))
    file.write_text(f"ean;quantity\n{product.ean};3\n{product.ean};1.5\n{good}")
    result = comptoir("import", "--shop", shop.slug, "--report", report, file)
    assert result.exit_code == 0, result.output
    assert "32" in result.output
    assert str(report) in result.output
    assert report.read_text().splitlines()[1].startswith("3;bad_quantity;")
    assert Offer.objects.get(product=product).on_hand == 3
    file.write_text(f"ean;quantity\n{product.ean};4\n")
    words = ("--mode", "delta", "--as-of", "2100-01-01T00:00")
    result = comptoir("import", "--shop", shop.siret, *words, file)
    assert result.exit_code == 1
    assert "future_moment" in result.output
    assert comptoir("import", "--shop", shop.siret, "--mode", "delta", file).exit_code == 0
    assert Offer.objects.get(product=product).on_hand == 4


def test_no_spreadsheet_runs_what_a_till_wrote(tmp_path):
    file, report = tmp_path / "stock.csv", tmp_path / "refused.csv"
    good = "".join(f"{make_product().ean};1\n" for _ in range(30))
    file.write_text(f"ean;quantity\n=cmd|' /C calc'!A0;1\n{good}")
    result = comptoir("import", "--shop", make_shop().slug, "--report", report, file)
    assert result.exit_code == 0, result.output
    with report.open(encoding="utf-8-sig", newline="") as opened:
        (row,) = csv_of_python.DictReader(opened, delimiter=";")
    assert (row["line"], row["content"]) == ("2", "'=cmd|' /C calc'!A0;1")


def test_what_is_held_back_is_listed_and_decided(tmp_path):
    shop = make_shop()
    codes = [make_product().ean for _ in range(20)]
    file = tmp_path / "stock.csv"
    for left in (codes, codes[:3], codes[:4]):
        file.write_text("ean;quantity\n" + "".join(f"{code};1\n" for code in left))
        result = comptoir("import", "--shop", shop.slug, file)
    assert result.exit_code == 1
    last, before = Report.objects.order_by("-pk")[:2]
    listed = comptoir("runs", "--shop", shop.slug).output.splitlines()
    assert [int(line.split()[0]) for line in listed] == [last.pk, before.pk, before.pk - 1]
    assert comptoir("apply", last.pk).exit_code == 0
    assert Offer.objects.filter(on_hand=1).count() == 4
    assert "not_quarantined" in comptoir("apply", before.pk).output
    assert "not_quarantined" in comptoir("discard", before.pk).output
    assert "no_such_run" in comptoir("apply", 0).output


def test_the_shelf_from_a_terminal():
    shop, product = make_shop(), make_product()
    here = ("--shop", shop.slug, product.ean)
    assert comptoir("receive", *here, 3).exit_code == 0
    assert comptoir("sell", *here).exit_code == 0
    assert Offer.objects.get().on_hand == 2
    assert comptoir("count", *here, 7).exit_code == 0
    assert Offer.objects.get().on_hand == 7
    assert "not_enough" in comptoir("sell", *here, 8).output
    assert "no_such_shop" in comptoir("sell", "--shop", "nowhere", product.ean).output


def test_the_documented_columns_are_those_of_the_code():
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", DOCUMENT, re.MULTILINE)
    documented = {name: tuple(re.findall(r"`(\w+)`", also)) for name, also in rows}
    assert documented == own.COLUMNS


def test_the_documented_commands_and_formats_are_those_of_the_code():
    text = DOCUMENT + (DOCS / "stock-list.md").read_text(encoding="utf-8")
    assert set(re.findall(r"comptoir stock ([\w-]+)", text)) == set(stock.commands)
    options = {
        name for command in stock.commands.values() for p in command.params for name in p.opts
    }
    assert set(re.findall(r"(--[a-z][a-z-]+)", text)) <= options
    for kind in FILES:
        assert f"`{kind}`" in text


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(tmp_path):
    shop, product = make_shop(), make_product()
    file = tmp_path / "stock.csv"
    file.write_text(f"ean;quantity\n{product.ean};3\n")
    result = comptoir("import", "--shop", shop.slug, "--dry-run", file)
    assert result.exit_code == 0, result.output
    assert str(Kind.APPEARS.label) in result.output
    assert not Report.objects.exists()
    assert not Offer.objects.exists()
    comptoir("import", "--shop", shop.slug, "--as-of", timezone.now().isoformat(), file)
    file.write_text("ean;quantity\n")
    result = comptoir("import", "--shop", shop.slug, "--dry-run", file)
    assert result.exit_code == 1
    assert str(Kind.VANISHES.label) in result.output
    assert Offer.objects.get().on_hand == 3

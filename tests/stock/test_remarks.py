"""Doubtful cells: the copies beside them count, and what was made of them is said everywhere."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import fetch
from comptoir.stock.arrivals.articles import name_article
from comptoir.stock.commands import stock
from comptoir.stock.formats.lines import Remark, StockLine
from comptoir.stock.models import Offer, ReportStatus
from comptoir.stock.reports import intake
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import apply_report, take_report
from comptoir.stock.reports.summary import said_rows, summary, write_csv
from tests.factories import ean, make_shop, preview_file, take_file

pytestmark = pytest.mark.django_db

HEADER = "Gencod;Titre;Stock;Prix TTC\n"
CODES = [ean(number) for number in range(30)]


def told(*changed: str, header: str = HEADER) -> bytes:
    """Return a stock of thirty titles, three copies of each at 8,40, some lines as given."""
    given = {line.partition(";")[0]: line for line in changed}
    lines = (given.get(code, f"{code};Titre {code[-4:]};3;8,40") for code in CODES)
    return (header + "\n".join(lines)).encode()


def take(shop, content: bytes, hours: int = 0, mode: str = "snapshot"):
    return take_file(
        shop=shop,
        stream=BytesIO(content),
        actor=SYSTEM,
        format="table",
        mode=mode,
        as_of=timezone.now() - timedelta(hours=hours),
        file_name="stock.csv",
    )


@pytest.fixture
def shop():
    shop = make_shop()
    assert take(shop, told(), hours=3).appeared_count == 30
    return shop


def offer(shop, code: str) -> Offer:
    return Offer.objects.get(shop=shop, ean=code)


@pytest.mark.parametrize(
    ("price", "cents", "codes"),
    [
        ("8,3978", 840, ["rounded_price"]),
        ("9.399999999999999", 940, ["rounded_price"]),
        ("1.234,50", 123450, []),
        ("€ 12,90", 1290, []),
        ("EUR 9.40", 940, []),
        (" -   € ", 840, ["bad_price"]),
        ("épuisé", 840, ["bad_price"]),
        ("9,40 USD", 840, ["bad_currency"]),
    ],
)
def test_a_doubtful_price_leaves_the_copies_in_the_whole_stock_and_in_changes(
    shop, price, cents, codes
):
    report = take(shop, told(f"{CODES[7]};T;2;{price}"), hours=2)
    assert (report.status, report.refused_count) == (ReportStatus.APPLIED, 0)
    assert [said[1] for said in report.remarks] == codes
    assert report.remark_count == len(codes)
    assert (offer(shop, CODES[7]).on_hand, offer(shop, CODES[7]).price_cents) == (2, cents)
    sold_out = f"{HEADER}{CODES[8]};T;0;{price}\n{CODES[9]};T;1;8,40\n".encode()
    assert take(shop, sold_out, hours=1, mode="delta").refused_count == 0
    assert (offer(shop, CODES[8]).on_hand, offer(shop, CODES[9]).on_hand) == (0, 1)


@pytest.mark.parametrize("name", ["table", "csv"])
def test_a_quote_that_never_closes_empties_no_shelf(shop, name):
    cut = f'{CODES[5]};"Vingt mille lieues sous les m;3;8,40'
    whole = f'{CODES[20]};"Heroes" et autres chansons;3;8,40'
    inches = f'{CODES[25]};Single 12";3;8,40'
    header = {"table": HEADER, "csv": "ean;titre;stock;prix\n"}[name]
    report = take_file(
        shop=shop,
        stream=BytesIO(told(cut, whole, inches, header=header)),
        actor=SYSTEM,
        format=name,
        as_of=timezone.now(),
    )
    assert (report.line_count, report.refused_count, report.emptied_count) == (30, 0, 0)
    assert Offer.objects.filter(shop=shop, on_hand=3).count() == 30


def test_remarks_count_neither_as_lines_nor_as_refusals(shop):
    doubtful = [f"{code};T;3;8,3978" for code in CODES]
    report = take(shop, told(*doubtful))
    assert (report.status, report.line_count, report.refused_count) == ("applied", 30, 0)
    assert report.remark_count == len(report.remarks) == 30


def test_of_many_remarks_the_first_are_kept(shop, monkeypatch):
    monkeypatch.setattr(intake, "KEPT_REMARKS", 5)
    report = take(shop, told(*(f"{code};T;3;8,3978" for code in CODES)))
    assert (report.remark_count, len(report.remarks)) == (30, 5)


def test_a_remark_among_the_lines_is_no_line(shop):
    lines = [Remark(7, "heading", "A heading.", "Total;3"), StockLine(8, CODES[0], 1)]
    report = take_report(
        Incoming(
            shop=shop,
            format="csv",
            mode="delta",
            as_of=timezone.now(),
            lines=lines,
            actor=SYSTEM,
        )
    )
    assert (report.line_count, report.refused_count, report.changed_count) == (1, 0, 1)
    assert report.remarks == [[7, "heading", "A heading.", "Total;3"]]


def test_a_title_by_the_till_s_own_reference_keeps_its_remark(shop):
    for item in ("R1", "R2"):
        name_article(shop=shop, format="table", item=item, ean=CODES[int(item[1])], actor=SYSTEM)
    content = f"EAN;Réf;Stock;Prix\n;R1;5;8,3978\n;R2;4;?\n{CODES[3]};;1;8,40\n".encode()
    report = take(shop, content, mode="delta")
    assert [said[:2] for said in report.remarks] == [[2, "rounded_price"], [3, "bad_price"]]
    assert offer(shop, CODES[1]).on_hand == 5


def test_a_preview_keeps_what_it_remarked_until_it_is_applied(shop):
    content = told(f"{CODES[7]};T;2;?")
    report = preview_file(
        shop=shop, stream=BytesIO(content), actor=SYSTEM, format="table", as_of=timezone.now()
    )
    assert report.remark_count == 1
    done = apply_report(report=report, actor=SYSTEM).report
    assert [said[1] for said in done.remarks] == ["bad_price"]
    assert offer(shop, CODES[7]).on_hand == 2


def test_the_summary_and_both_tables_tell_them(shop):
    report = take(shop, told(f"{CODES[7]};T;2;?", "978;T;1;8", f"{CODES[8]};T;x;8"))
    assert "1 remarque." in summary(report)
    columns, refused, remark = said_rows(report)
    assert columns == ["line", "code", "message", "content", "status"]
    assert (refused[1], refused[-1]) == ("bad_quantity", "refused")
    assert (remark[0], remark[1], remark[-1]) == (9, "bad_price", "remark")
    file = BytesIO()
    write_csv(report, file)
    rows = list(csv.reader(StringIO(file.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:3]] == ["ligne refusée", "remarque"]
    assert "prix" in rows[2][11]


def test_the_terminal_tells_them(shop, tmp_path):
    file, said = tmp_path / "stock.csv", tmp_path / "said.csv"
    file.write_bytes(told(f"{CODES[7]};T;2;8,3978"))
    words = ["import", "--shop", shop.slug, "--report", str(said), str(file)]
    result = CliRunner().invoke(stock, words)
    assert result.exit_code == 0, result.output
    assert "8,40" in result.output
    assert str(said) in result.output
    (row,) = csv.DictReader(StringIO(said.read_text("utf-8-sig")), delimiter=";")
    assert (row["line"], row["code"], row["status"]) == ("9", "rounded_price", "remark")


def test_a_node_of_the_version_before_writes_reports_without_them():
    rows = fetch(
        "SELECT column_name, column_default FROM information_schema.columns"
        " WHERE table_name = 'stock_feedrun' AND column_name IN ('remark_count', 'remarks')"
    )
    assert dict(rows) == {"remark_count": "0", "remarks": "'[]'::jsonb"}


def test_a_shop_whose_prices_are_known_keeps_them_when_a_column_is_none(shop):
    report = take(shop, told(*(f"{code};T;3;n/c" for code in CODES)))
    assert (report.refused_count, report.remark_count) == (0, 30)
    assert set(Offer.objects.filter(shop=shop).values_list("price_cents")) == {(840,)}

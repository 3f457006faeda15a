"""`comptoir catalogue import`, as one types it."""

import os
import signal

import pytest
from click.testing import CliRunner

from comptoir.catalogue import commands
from comptoir.catalogue.models import Product
from tests.catalogue.files import EAN, OTHER_EAN, onix, product, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    def run(*arguments: object):
        options = ["import", "--reports", str(tmp_path / "reports")]
        return CliRunner().invoke(commands.catalogue, [*options, *map(str, arguments)])

    return run


def test_the_summary_tells_what_was_taken_and_where_the_report_is(tmp_path, run):
    path = write(tmp_path, onix(product(EAN), product("9782070000001")))
    result = run(path)
    assert result.exit_code == 0, result.output
    assert "lues\u202f: 2" in result.output
    assert "ouvelles\u202f: 1" in result.output
    assert "refusées\u202f: 1" in result.output
    (report,) = (tmp_path / "reports").iterdir()
    assert str(report) in result.output


def test_a_file_of_which_all_is_refused_ends_with_1(tmp_path, run):
    refused = write(tmp_path, "ean;title\n9782070000001;La crue\n", "refused.csv")
    assert run(refused).exit_code == 1
    assert run("--dry-run", refused).exit_code == 1
    assert run(refused, write(tmp_path, f"ean;title\n{EAN};La crue\n", "good.csv")).exit_code == 1
    assert Product.objects.get().ean == EAN


def test_a_bad_file_fails_but_the_next_one_is_read(tmp_path, run):
    bad = write(tmp_path, '<ONIXMessage release="2.1"/>', "old.xml")
    good = write(tmp_path, f"ean;title\n{EAN};La crue\n", "good.csv")
    result = run(bad, good)
    assert result.exit_code == 1
    assert "ONIX 2.1" in result.output
    assert Product.objects.get().ean == EAN


def test_what_went_in_before_a_file_broke_is_told(tmp_path, run):
    text = onix(product(EAN), product(OTHER_EAN))
    result = run(write(tmp_path, text[: text.rindex("<PublishingDetail")]))
    assert result.exit_code == 1
    assert "ouvelles\u202f: 1" in result.output
    assert "Importez-le de nouveau" in result.output


def test_a_dry_run_changes_nothing_and_says_so(tmp_path, run):
    path = write(tmp_path, f"ean;titre;prix\n{EAN};La crue;8,3978\n", "a.csv")
    result = run("--dry-run", path)
    assert result.exit_code == 0, result.output
    assert "Rien n’a changé" in result.output
    assert "ouvelles\u202f: 1" in result.output
    assert "1 remarque." in result.output
    assert not Product.objects.exists()
    text = onix(product(EAN), product(OTHER_EAN))
    broken = run("--dry-run", write(tmp_path, text[: text.rindex("<PublishingDetail")]))
    assert broken.exit_code == 1
    assert "jusque-là" in broken.output
    assert not Product.objects.exists()
    assert run(path).exit_code == 0
    assert Product.objects.get().list_price_cents == 840


def test_the_format_and_the_moment_may_be_forced(tmp_path, run):
    path = write(tmp_path, f"ean;title\n{EAN};La crue\n")
    assert run("--format", "csv", "--as-of", "2025-01-02", path).exit_code == 0
    assert f"{Product.objects.get().notice_at:%Y-%m-%d}" == "2025-01-02"
    assert run("--format", "onix", path).exit_code == 1


def test_ctrl_c_stops_with_a_summary(tmp_path, run, monkeypatch):
    def interrupted(**options):
        os.kill(os.getpid(), signal.SIGINT)
        return genuine(**options)

    genuine = commands.import_file
    monkeypatch.setattr(commands, "import_file", interrupted)
    before = signal.getsignal(signal.SIGINT)
    path = write(tmp_path, onix(product(EAN)))
    result = run(path, path)
    assert result.exit_code == 130
    assert "Arrêté" in result.output
    assert Product.objects.get().ean == EAN
    assert signal.getsignal(signal.SIGINT) == before

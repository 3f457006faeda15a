"""The report of what was refused, as a spreadsheet opens it."""

import codecs
import csv
from datetime import UTC, datetime

import pytest

from comptoir.core.sheet import RefusalsFile, inert, refusals_path

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_active_cells_are_made_inert(text):
    assert inert(text) == f"'{text}"
    assert inert("1=1") == "1=1"


def test_a_report_is_made_by_its_first_row(tmp_path):
    path = tmp_path / "new" / "why.csv"
    with RefusalsFile(path, ("line", "why")) as report:
        assert report.written is None
        assert not path.parent.exists()
        report.write((2, "=1+1"))
    assert report.written == path
    assert path.read_bytes().startswith(codecs.BOM_UTF8)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";")) == [["line", "why"], ["2", "'=1+1"]]


@pytest.mark.parametrize(
    ("name", "stem"), [("Été 2026.csv", "ete-2026"), ("../../x.csv", "x"), ("...", "file")]
)
def test_a_report_is_named_after_its_file(name, stem, tmp_path, settings):
    expected = f"shops-20260105-093000-000000-{stem}.csv"
    assert refusals_path("shops", name, NOW, tmp_path) == tmp_path / expected
    assert refusals_path("shops", name, NOW) == settings.VAR / "reports" / expected

"""What holds of the files of every format; a new one is tested by its sample alone."""

import re
from pathlib import Path

import pytest

from comptoir.core.errors import Invalid
from comptoir.stock.arrivals.files import HEAD_BYTES, format_of
from comptoir.stock.formats import FILES
from comptoir.stock.formats.lines import RefusedLine
from tests.stock.feeds.samples import SAMPLES, TABLE, TEXTS, VARIANTS, read_all

EACH = pytest.mark.parametrize(("code", "content"), VARIANTS)


def test_every_format_has_a_sample():
    assert set(SAMPLES) == set(FILES)


@EACH
def test_a_sample_is_read_whole(code, content):
    lines = read_all(code, content)
    assert [line.quantity for line in lines] == [3, 1]


@EACH
def test_a_format_is_told_by_its_content(code, content):
    assert format_of(content[:HEAD_BYTES], "export.csv", None) == code
    claimed = [
        other
        for other, each in FILES.items()
        if each.recognises and each.recognises(content[:HEAD_BYTES])
    ]
    # Any other text may be a table: it is told by its name alone.
    assert claimed == ([] if content == TABLE else [code])


def test_every_file_format_tells_a_bookseller_what_it_is():
    assert [code for code, each in FILES.items() if not str(each.help)] == []


@EACH
def test_no_other_format_reads_it_without_complaint(code, content):
    for other in set(FILES) - {code, "table"}:
        try:
            lines = read_all(other, content)
        except Invalid:
            continue
        assert all(isinstance(line, RefusedLine) for line in lines), other


@pytest.mark.parametrize(("code", "content"), TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_refused_or_understood(code, content, encoding):
    try:
        lines = read_all(code, content.decode("utf-8").encode(encoding))
    except Invalid as error:
        lines, refusal = None, error.code
    if lines is None:
        assert refusal in {"bad_encoding", "bad_header"}
    else:
        assert lines == read_all(code, content)


@EACH
def test_a_cut_file_never_fails_otherwise_than_by_a_refusal(code, content):
    refused = 0
    for end in range(0, len(content), 7):
        try:
            lines = read_all(code, content[:end])
        except Invalid:
            refused += 1
        else:
            assert len(lines) <= 2
    assert refused


SECTIONS = re.findall(
    r"^## `(\w+)`.*?^```\n(.*?)^```",
    (Path(__file__).resolve().parents[3] / "docs/feeds/files.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize(("code", "example"), SECTIONS)
def test_the_documented_example_is_read(code, example):
    lines = read_all(code, example.encode())
    assert lines
    assert not any(isinstance(line, RefusedLine) for line in lines)


def test_every_format_has_a_documented_example():
    assert {code for code, _example in SECTIONS} >= set(FILES)

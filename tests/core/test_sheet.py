"""Tables for a French spreadsheet."""

import codecs
import csv
import io

import pytest
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from comptoir.core.sheet import write_sheet

ROWS = [["ean", "title"], ["978", "=1+1; “é”"], [gettext_lazy("-2"), -2]]
READ = [["ean", "title"], ["978", "'=1+1; “é”"], ["'-2", "-2"]]


@pytest.mark.parametrize("sink", [io.BytesIO, HttpResponse])
def test_rows_are_read_back_and_numbers_stay_numbers(sink):
    file = sink()
    write_sheet(file, ROWS)
    content = file.getvalue()
    assert content.startswith(codecs.BOM_UTF8)
    assert content.count(codecs.BOM_UTF8) == 1
    text = content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == READ


def test_what_was_written_before_an_error_is_there_and_the_file_stays_open():
    file = io.BytesIO()
    with pytest.raises(ZeroDivisionError):
        write_sheet(file, ([1 // number] for number in (1, 0)))
    file.write(b"after")
    assert file.getvalue() == codecs.BOM_UTF8 + b"1\r\nafter"

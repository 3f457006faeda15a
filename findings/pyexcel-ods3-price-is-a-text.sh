#!/bin/sh
# pyexcel-ods3 0.6.1: a price column in euros comes out of an ods file as texts, "8.4 EUR", though the
# file has the number.
#
# A cell of value type currency has its number in office:value and the currency beside it
# (OpenDocument 1.3, part 3, office:value and office:currency), and that is what a spreadsheet writes
# for a column shown in euros. The library glues the two: a sum of prices is an exception, a
# comparison of texts has 12 below 8.4, and the same list with plain numbers works. python-calamine
# 0.9.1 gives 8.4 from the same file.
#
# Seen: plain 8.4; euros '8.4 EUR', dearest of 8.4 and 12: '8.4 EUR'; calamine 8.4.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyexcel-ods3==0.6.1 python-calamine==0.9.1 odfpy==1.4.1 \
    lxml==6.1.3
"$folder/venv/bin/python" - "$folder/list.ods" <<'PYTHON'
import sys

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pyexcel_ods3 import get_data
from python_calamine import CalamineWorkbook

document = OpenDocumentSpreadsheet()
table = Table(name="List")
for price, shown in (("8.4", "8,40 €"), ("12", "12,00 €")):
    row = TableRow()
    for cell in (
        TableCell(valuetype="float", value=price),
        TableCell(valuetype="currency", currency="EUR", value=price),
    ):
        cell.addElement(P(text=shown))
        row.addElement(cell)
    table.addElement(row)
document.spreadsheet.addElement(table)
document.save(sys.argv[1])

(plain, euros), (_, other) = get_data(sys.argv[1])["List"]
beside = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()[0][1]
dearest = max(euros, other)
print(f"plain {plain}; euros {euros!r}, dearest of 8.4 and 12: {dearest!r}; calamine {beside}.")
assert (plain, euros, dearest) == (8.4, "8.4 EUR", "8.4 EUR")
assert beside == 8.4
PYTHON

"""The rows of an export's files as they are read: each with its line, each fault with its place."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from comptoir.archives.cells import value_of
from comptoir.archives.chest import Found, damaged
from comptoir.archives.contents import SHOP, Sheet
from comptoir.core.errors import Invalid, fill
from comptoir.core.sheet import written

_LARGEST_CELL = 10_000_000
Values = dict[str, Any]
"""What a row says, by the names of its columns: a link is a key of the export."""


def at(error: Invalid, name: str, line: int) -> Invalid:
    """Return a refusal that says in which file, on which line and in which column it is."""
    column = str(error.data.get("field") or "")
    where = _("%(file)s, line %(line)d") if not column else _("%(file)s, line %(line)d, %(column)s")
    told = fill(where, file=name, line=line, column=column)
    return Invalid(error.code, f"{told}: {error}", file=name, line=line, field=column)


def rows_of(found: Found, sheet: Sheet) -> Iterator[tuple[int, Values]]:
    """Yield the rows of a sheet with the lines on which they end.

    Raises `Invalid`: `missing_file`, `damaged_file`, `bad_columns`, `bad_row`, `bad_cell`.
    """
    name = f"{sheet.name}.csv"
    listed = found.files.get(name)
    if listed is None:
        raise Invalid("missing_file", fill(_("The export lacks %(file)s."), file=name), file=name)
    columns = sheet.columns
    count = 0
    for line, cells in _lines(found, name):
        if line == 1:
            if cells != sheet.heads:
                told = _("its first line must name these columns: %(names)s")
                wrong = Invalid("bad_columns", fill(told, names=", ".join(sheet.heads)))
                raise at(wrong, name, 1)
            continue
        if len(cells) != len(columns):
            raise at(Invalid("bad_row", _("a line has another number of cells")), name, line)
        try:
            texts = zip(columns, cells, strict=True)
            yield line, {each.name: value_of(each, written(text)) for each, text in texts}
        except Invalid as error:
            raise at(error, name, line) from error
        count += 1
    if count != listed.rows:
        raise damaged(name)


def page_of(found: Found) -> Values:
    """Return what `shop.json` says. Raises `Invalid` (`missing_file`, `bad_cell`)."""
    name = "shop.json"
    if name not in found.files:
        raise Invalid("missing_file", fill(_("The export lacks %(file)s."), file=name), file=name)
    try:
        told = json.loads(found.read(name))
        texts = {each.name: told[each.name] for each in SHOP.columns}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(name) from error
    try:
        return {each.name: value_of(each, _text(texts[each.name])) for each in SHOP.columns}
    except Invalid as error:
        raise at(error, name, 1) from error


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _lines(found: Found, name: str) -> Iterator[tuple[int, list[str]]]:
    usual = csv.field_size_limit(_LARGEST_CELL)
    line = 0
    try:
        with found.open(name) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            reader = csv.reader(text, delimiter=";", strict=True)
            for cells in reader:
                first, line = line == 0, reader.line_num
                yield (1 if first else line), cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise at(Invalid("bad_row", _("this is no line of a table")), name, line + 1) from error
    finally:
        csv.field_size_limit(usual)

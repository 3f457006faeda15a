"""What somebody chose for the papers of a day's post, remembered in their session: on which labels,
what is printed, for whose site the table is. No address is kept."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from comptoir.core.identifiers import read_key
from comptoir.post.layouts import layouts
from comptoir.post.papers.sheets import DEFAULT_SHEET, SHEETS

_SESSION = "post"
PARTS = ("slips", "labels", "customs")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen; `first` is the place of the first label on its sheet, from 1."""

    sheet: str = DEFAULT_SHEET
    first: int = 1
    parts: tuple[str, ...] = PARTS
    layout: str = ""

    @property
    def place(self) -> int:
        """Where the first label is printed: a roll has one place, wherever a begun sheet of another
        format stands."""
        return 1 if _is_roll(self.sheet) else self.first


def _is_roll(sheet: str) -> bool:
    return sheet in SHEETS and SHEETS[sheet].places == 1


def remembered(request: HttpRequest) -> Choices:
    """Return what was chosen last; the first label stands where the last paper ended."""
    kept: dict[str, Any] = request.session.get(_SESSION, {})
    words = [each.word for each in layouts()]
    return Choices(
        sheet=kept["sheet"] if kept.get("sheet") in SHEETS else DEFAULT_SHEET,
        first=int(kept.get("first", 1)),
        parts=tuple(part for part in PARTS if part in kept.get("parts", PARTS)),
        layout=kept["layout"] if kept.get("layout") in words else words[0],
    )


def sent(data: QueryDict, before: Choices) -> Choices:
    """Return what a form says. Of a roll no place is asked: that of the begun sheet stays."""
    sheet = data.get("sheet", before.sheet)[:20]
    return Choices(
        sheet=sheet,
        first=read_key(data.get("first", "")) or (before.first if _is_roll(sheet) else 0),
        parts=tuple(part for part in PARTS if part in data.getlist("parts")),
        layout=data.get("layout", before.layout)[:40],
    )


def remember(request: HttpRequest, chosen: Choices, *, labels: int = 0) -> None:
    """Remember what was chosen. After so many labels the next paper begins at the next place of the
    sheet that was begun."""
    sheet = SHEETS.get(chosen.sheet)
    first = chosen.first
    if sheet is not None and labels and sheet.places > 1:
        first = (first - 1 + labels) % sheet.places + 1
    request.session[_SESSION] = {
        "sheet": chosen.sheet,
        "first": first,
        "parts": list(chosen.parts),
        "layout": chosen.layout,
    }

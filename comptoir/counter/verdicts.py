"""What the page of one report shows: how many titles of each kind, and one kind's titles."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from comptoir.core.errors import Message
from comptoir.stock.models import Report, ReportStatus
from comptoir.stock.reports.operations import OPEN
from comptoir.stock.reports.preview import Kind, Row, open_preview

REFUSED = "refused"
PER_PAGE = 50
# What is a mistake, or may be one, is looked at before what is as it should be.
_CONCERNS = (Kind.SHORT, REFUSED, Kind.PRICES, Kind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of what a report does, with how many there are."""

    word: str
    label: Message
    count: int
    is_concern: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One report, computed against the stock as it is (while it waits) or read in the ledger.

    `seen` is what the page gives back when somebody applies what it shows.
    """

    tiles: list[Tile]
    shown: str
    title: Message
    rows: list[Row]
    refusals: list[list[object]]
    page: int
    pages: int
    seen: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to tell."""
        return not any(tile.count for tile in self.tiles)


def read_verdict(report: Report, *, shown: str, page: int) -> Verdict:
    """Return what there is to tell of a report; `shown` is a kind, else the first that has some."""
    with open_preview(report) as preview:
        counts: dict[str, int] = {kind.value: count for kind, count in preview.counts().items()}
        counts[REFUSED] = report.refused_count
        words = [*_CONCERNS, *(kind for kind in Kind if kind not in _CONCERNS)]
        if report.status not in OPEN:
            words = [word for word in words if word not in (Kind.SHORT, Kind.REPRICED)]
        if shown not in words:
            shown = next((word for word in words if counts[word]), words[0])
        listed = len(report.refusals) if shown == REFUSED else counts[shown]
        pages = max(1, -(-listed // PER_PAGE))
        page = min(max(1, page), pages)
        start = (page - 1) * PER_PAGE
        rows = [] if shown == REFUSED else preview.rows(Kind(shown), start=start, most=PER_PAGE)
        seen = preview.digest
    return Verdict(
        tiles=[
            Tile(word, _label(word), counts[word], word in _CONCERNS, word == shown)
            for word in words
        ],
        shown=shown,
        title=_label(shown),
        rows=rows,
        refusals=report.refusals[start : start + PER_PAGE] if shown == REFUSED else [],
        page=page,
        pages=pages,
        seen=seen,
    )


def _label(word: str) -> Message:
    return _("lines refused") if word == REFUSED else Kind(word).label


def is_open(report: Report) -> bool:
    """Return whether somebody has still to decide about a report."""
    return ReportStatus(report.status) in OPEN

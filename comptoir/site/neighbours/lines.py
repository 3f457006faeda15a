"""What a neighbour says, as lines of a page: distances from the reader, grades in words."""

from dataclasses import dataclass
from urllib.parse import urlencode

from comptoir.neighbours.answer import Hit, Offer
from comptoir.neighbours.inquiry import Reply
from comptoir.neighbours.models import Neighbour
from comptoir.shops.places import Point, metres
from comptoir.stock.models import Condition


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A shop's offer as its line shows it; metres from where the reader is."""

    offer: Offer
    metres: float | None

    @property
    def condition(self) -> str:
        """The grade of a used copy in words, "" of a new one and where it is not known."""
        word = self.offer.condition
        return "" if word in ("", Condition.NEW) else str(Condition(word).label)


@dataclass(frozen=True, slots=True)
class HitLines:
    """A title of a neighbour, with its lines."""

    hit: Hit
    offers: list[OfferLine]


@dataclass(frozen=True, slots=True)
class Said:
    """What one neighbour says: `titles` is None where it did not; `more` leads to its own
    search."""

    neighbour: Neighbour
    titles: list[HitLines] | None
    more: str


def told(reply: Reply, text: str, near: Point, only: str) -> Said:
    """Return what a neighbour says to the words of a reader at a point; with `only`, of the title
    of that EAN alone."""
    page = reply.neighbour.search_page
    more = f"{page}?{urlencode({'q': text})}" if page else reply.neighbour.address
    if reply.hits is None:
        return Said(reply.neighbour, None, more)
    titles = [
        HitLines(hit, [OfferLine(each, _away(near, each.point)) for each in hit.offers])
        for hit in reply.hits
        if only in ("", hit.ean)
    ]
    return Said(reply.neighbour, titles, more)


def _away(near: Point, point: Point | None) -> float | None:
    if point is None:
        return None
    return metres(near.latitude, near.longitude, point.latitude, point.longitude)

"""The search's question and its answer."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import IntEnum

from comptoir.catalogue.models import Product
from comptoir.shops.places import Point
from comptoir.stock.shelf.nearest import Nearest

MAX_DEPTH = 1000
OFFERS_SHOWN = 5


class Effort(IntEnum):
    """How far a search went to find something."""

    WORDS = 0
    BEGUN = 1
    NUMBER = 2
    MISSPELT = 3
    LOOSE = 4


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins, and the effort that the first page needed.

    Pages are counted by hits, as the index stands when each is read: what enters or leaves it
    between two pages may shift a hit by one.
    """

    offset: int = 0
    effort: Effort = Effort.WORDS

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """Return the cursor that a text holds; the beginning when it is not one of ours."""
        try:
            offset, effort = urlsafe_b64decode((text or "").encode()).decode().split(":")
            return cls(max(0, min(int(offset), MAX_DEPTH)), Effort(int(effort)))
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.offset}:{self.effort.value}".encode()).decode()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A reader's question: at most 200 characters and 12 words of text are read, 50 hits given.

    `radius_km` counts with a place: it cuts the offers shown, and with `in_stock` the hits too. A
    `cursor` is the `next_cursor` of a page that answered the same question. `only` are the keys of
    the shops that count (None: all), which `search` fills in for the portal that is asked.
    """

    text: str
    near: Point | None = None
    radius_km: float | None = None
    in_stock: bool = False
    kind: str | None = None
    format: str | None = None
    limit: int = 20
    cursor: str | None = None
    only: frozenset[int] | None = None

    @property
    def shown_m(self) -> float | None:
        """How many metres away offers are shown, or None for anywhere."""
        if self.near is None or self.radius_km is None:
            return None
        return max(0.0, self.radius_km * 1000)

    @property
    def radius_m(self) -> float | None:
        """How many metres away it must be in stock, or None for anywhere."""
        return self.shown_m if self.in_stock else None


@dataclass(frozen=True, slots=True)
class Hit:
    """A product and what can be had of it now: its nearest offers, at most `OFFERS_SHOWN`, and the
    counts of all; with a radius, of those within it."""

    product: Product
    nearest: Nearest


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `total` counts those of all pages as the index knows them; `next_cursor` is
    None on the last page. `forgiven` is true when a typing error had to be forgiven."""

    hits: list[Hit]
    total: int
    next_cursor: str | None = None
    forgiven: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reader may have begun to type; `ref` names the product in an address."""

    label: str
    detail: str
    ref: str
    kind: str

"""The rounds for a list of titles, of what the shops have at a moment. Reads only.

One query says who has the titles, and one more where some of them are farther away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from comptoir.catalogue.models import Product
from comptoir.core.limits import Limit, count_read
from comptoir.rounds.errors import MOST_TITLES, too_many_titles
from comptoir.rounds.proposals import EXACT_TITLES, Aim, Proposal, propose
from comptoir.rounds.question import PACES, START, Distances, Means, Question
from comptoir.rounds.times import opens_next, spans_today
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.nearest import nearest_offers
from comptoir.stock.shelf.standing import ShopOffer

MOST_SHOPS = 500
"""Of more shops that have a title the nearest count."""

PER_ADDRESS = Limit("rounds", 30)
"""How often an address may have rounds worked out, a minute: it takes a processor some time."""
LONG_WEIGHS = 6
"""As how many times that one counts which is not worked out exactly: it takes about as much."""

_GRADES = (Confidence.SURE, Confidence.LIKELY, Confidence.TO_CONFIRM)


@dataclass(frozen=True, slots=True)
class Stop:
    """A shop of a round: what is fetched there, how far it is from the stop before (metres), when
    one is served there (UTC; None on a round that cannot be gone today), and when it opens next if
    it is not open at the moment that was asked about."""

    shop: Shop
    offers: list[ShopOffer]
    metres: float
    served_at: datetime | None

    @property
    def cents(self) -> int | None:
        """What its titles cost in cents, None when a price is not known."""
        prices = [offer.price_cents for offer in self.offers]
        return None if None in prices else sum(cents for cents in prices if cents is not None)


@dataclass(frozen=True, slots=True)
class Round:
    """A way to fetch the list: its stops in order, how long it is with the way back (metres), and
    what it is best in, `proved` or only likely. `done_at` and `leave_by` (UTC) are there when all
    of it can be gone today: when the last stop is left, and how late one may set out."""

    stops: list[Stop]
    metres: float
    back: float
    aims: tuple[Aim, ...]
    proved: bool
    done_at: datetime | None
    leave_by: datetime | None

    @property
    def cents(self) -> int | None:
        """What all of it costs in cents, None when a price is not known."""
        prices = [stop.cents for stop in self.stops]
        return None if None in prices else sum(cents for cents in prices if cents is not None)


@dataclass(frozen=True, slots=True)
class Absent:
    """A title that no shop has within the distance; `nearest` is who has it farther away."""

    product: Product
    nearest: ShopOffer | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A title that nobody who has it can hand over today; `opens_at` (UTC) is when the first of
    them opens again, None when that is not known."""

    product: Product
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rounds:
    """What is proposed for a list: at most three rounds, none worse than another in everything, and
    the titles that are on none of them. `closed` says why no round is for today, where single
    titles are the reason."""

    rounds: list[Round]
    absent: list[Absent]
    closed: list[Closed]

    @property
    def is_for_today(self) -> bool:
        """Whether some round can be gone today."""
        return any(each.done_at for each in self.rounds)


def count_rounds(titles: int, address: str) -> None:
    """Count that rounds for so many titles are worked out for an address. Raises `TooMany`."""
    count_read(PER_ADDRESS, address, 1 if titles <= EXACT_TITLES else LONG_WEIGHS)


def rounds_for(
    products: Sequence[Product],
    start: Point,
    radius_m: float | None,
    at: datetime,
    means: Means = Means.BIKE,
) -> Rounds:
    """Return the rounds on which these titles are fetched by who sets out at a moment, stopping at
    shops at most so far away. What the shops have is as it is now; when they are open, as it will
    be then. Raises `Invalid` (`too_many_titles`) past `MOST_TITLES`."""
    products = list({product.pk: product for product in products}.values())
    if len(products) > MOST_TITLES:
        raise too_many_titles(len(products))
    keys = [product.pk for product in products]
    found = nearest_offers(keys, start, radius_m, most=MOST_SHOPS)
    had = {key: near.offers for key, near in found.items()}
    absent = _absent([product for product in products if product.pk not in had], start)
    if not had:
        return Rounds([], absent, [])
    table = _Table(had, start, at, means)
    rounds = [table.round_of(each) for each in propose(table.question)]
    closed = [] if any(each.done_at for each in rounds) else table.closed(products)
    return Rounds(rounds, absent, closed)


def _absent(products: Sequence[Product], start: Point) -> list[Absent]:
    """Return the titles nobody near has, with who has them farther away."""
    found = nearest_offers([product.pk for product in products], start, most=1)
    return [
        Absent(product, found[product.pk].offers[0] if product.pk in found else None)
        for product in products
    ]


class _Table:
    """Who has what, as numbers: titles and shops by their places, the rarest title first."""

    def __init__(
        self, had: Mapping[int, list[ShopOffer]], start: Point, at: datetime, means: Means
    ) -> None:
        self._at = at
        best: dict[tuple[int, int], ShopOffer] = {}
        for offers in had.values():
            for offer in sorted(offers, key=_preference, reverse=True):
                best[offer.product_id, offer.shop.pk] = offer
        self._best = best
        by_title: dict[int, list[int]] = {}
        for title, shop in best:
            by_title.setdefault(title, []).append(shop)
        self._titles = sorted(by_title, key=lambda title: (len(by_title[title]), title))
        self.shops = _nearest(best.values())
        places = [Point(shop.latitude, shop.longitude) for shop in self.shops]
        self.spans = [spans_today(shop, at) for shop in self.shops]
        self.question = Question(
            titles=len(self._titles),
            carried=[
                sum(1 << bit for bit, title in enumerate(self._titles) if (title, shop.pk) in best)
                for shop in self.shops
            ],
            distances=Distances(start, places),
            spans=self.spans,
            pace=PACES[means],
        )

    def round_of(self, proposal: Proposal) -> Round:
        """Return a proposal with its shops, titles and moments."""
        schedule = proposal.schedule
        taken = self._taken(proposal.stops)
        stops, here = [], START
        for place, shop in enumerate(proposal.stops):
            served = self._moment(schedule.served[place]) if schedule else None
            metres = self.question.row(here)[shop]
            stops.append(Stop(self.shops[shop], taken[shop], metres, served))
            here = shop
        return Round(
            stops=stops,
            metres=proposal.metres,
            back=self.question.away[here],
            aims=proposal.aims,
            proved=proposal.proved,
            done_at=self._moment(schedule.done) if schedule else None,
            leave_by=self._moment(schedule.latest_start) if schedule else None,
        )

    def closed(self, products: Sequence[Product]) -> list[Closed]:
        """Return the titles that can be had nowhere today, in the order of the list."""
        stop, found = self.question.pace.stop, []
        for product in products:
            at = [s for s, shop in enumerate(self.shops) if (product.pk, shop.pk) in self._best]
            come = [self.question.seconds(self.question.away[shop]) for shop in at]
            if at and not any(
                closes - stop >= comes
                for shop, comes in zip(at, come, strict=True)
                for _opens, closes in self.spans[shop]
            ):
                moments = [opens_next(self.shops[shop], self._at) for shop in at]
                known = [moment for moment in moments if moment is not None]
                found.append(Closed(product, min(known, default=None)))
        return found

    def _taken(self, stops: Sequence[int]) -> dict[int, list[ShopOffer]]:
        """Return which titles are taken at which stop: each where it is surest, then cheapest."""
        taken: dict[int, list[ShopOffer]] = {shop: [] for shop in stops}
        for title in self._titles:
            keys = {shop: (title, self.shops[shop].pk) for shop in stops}
            having = [shop for shop in stops if keys[shop] in self._best]
            chosen = min(having, key=lambda shop: _preference(self._best[keys[shop]]))
            taken[chosen].append(self._best[keys[chosen]])
        return taken

    def _moment(self, seconds: float) -> datetime:
        return self._at + timedelta(seconds=seconds)


def _preference(offer: ShopOffer) -> tuple[int, bool, bool, int, int]:
    """Return by what one offer is taken before another: sure, new, cheap."""
    price = offer.price_cents
    return (
        _GRADES.index(offer.confidence),
        offer.condition != Condition.NEW,
        price is None,
        price or 0,
        offer.offer_id,
    )


def _nearest(offers: Iterable[ShopOffer]) -> list[Shop]:
    """Return the shops that count: the nearest ones, and of each title the nearest that has it."""
    offers = sorted(offers, key=lambda offer: (offer.metres or 0.0, offer.shop.pk))
    shops = list({offer.shop.pk: offer.shop for offer in offers}.values())
    first: dict[int, Shop] = {}
    for offer in offers:
        first.setdefault(offer.product_id, offer.shop)
    kept = {shop.pk: shop for shop in (*shops[:MOST_SHOPS], *first.values())}
    return list(kept.values())

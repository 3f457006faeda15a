"""How a count is applied: title after title, in steps that may be interrupted and taken up
again."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.catalogue.models import TILL_SOURCE, own_ref
from comptoir.catalogue.operations import stub_products
from comptoir.core.db import execute
from comptoir.core.errors import DomainError, Invalid
from comptoir.core.identifiers import is_own_number
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish_all
from comptoir.shops.models import Shop
from comptoir.stock.counts.models import CountedTitle, CountOutcome, CountStatus, StockCount
from comptoir.stock.counts.operations import REST, close, locked
from comptoir.stock.shelf import ledger, locks
from comptoir.stock.shelf.locks import lock_alone, lock_shared
from comptoir.stock.shelf.models import Condition, Offer, Reason, StockMovement
from comptoir.stock.shelf.moments import moment_of
from comptoir.stock.shelf.truth import Moved

STEP = 100

Figures = tuple[int, int, int, int, int]

_FOUND = f"""
INSERT INTO stock_countedtitle
    (session_id, ean, copies, expected, first_at, last_at, scanned, outcome)
SELECT %(session)s, ean, held, on_hand, clock_timestamp(), clock_timestamp(), false, ''
FROM ({REST}) rest WHERE NOT came_in AND on_hand > held
ON CONFLICT DO NOTHING
"""  # noqa: S608


@transaction.atomic
def begin_applying(*, session: StockCount, zero_rest: bool, actor: Actor) -> StockCount:
    """Close a count and decide its figures; `apply_some` then writes them. Twice is once.

    With `zero_rest`, which only a count of the whole shop may have, what was not scanned is not
    there: copies kept for readers stay, and so do titles that came in since the count began.

    Guard: the count's shop is the actor's. Locks: the count; with `zero_rest` the shop's clock
    alone. Writes: the count, and a title for each that was not scanned. Announces nothing. Raises
    `NotFound`, `Conflict` (`count_closed`), `Invalid` (`not_whole`).
    """
    found = locked(session, actor, CountStatus.OPEN, CountStatus.APPLYING, CountStatus.APPLIED)
    if found.status != CountStatus.OPEN:
        return found
    if zero_rest and not found.whole:
        message = _("Only a count of the whole shop tells that the rest is not there.")
        raise Invalid("not_whole", message)
    found.zero_rest = zero_rest
    if zero_rest:
        # Whoever receives or sells now is waited for: a copy whose entry is not yet committed would
        # not be seen to have come in, and would go to zero.
        lock_alone(found.shop_id)
        execute(_FOUND, {"session": found.pk, "shop": found.shop_id, "start": found.started_at})
    return close(found, CountStatus.APPLYING, actor)


def apply_some(session_id: int, step: int = STEP) -> int:
    """Apply the next titles of a count that is being applied, and return how many are left.

    Each step is one transaction: a job that is killed has lost nothing, one that repeats a step
    changes nothing twice.

    Guard: none; `begin_applying` had it, and its actor acts. Locks: the count, the shop's clock
    shared, the offers by primary key. Writes: offers, movements (`counted`, `not_found`), outcomes,
    perhaps products. Announces: the offers that changed, and the products that crossed zero.
    """
    with transaction.atomic():
        # The count's lock makes two jobs take turns: the second finds the next titles.
        found = StockCount.objects.select_for_update(no_key=True).get(pk=session_id)
        if found.status != CountStatus.APPLYING:
            return 0
        pending = found.titles.filter(outcome="").order_by("ean")
        titles = list(pending[:step])
        if titles:
            _apply(found, titles)
        left = pending.count()
        if not left:
            found.status = CountStatus.APPLIED
            found.save(update_fields=["status"])
        return left


def _apply(session: StockCount, titles: list[CountedTitle]) -> None:
    """Apply the counts of these titles, each as `ledger.set_count` applies one."""
    lock_shared(session.shop_id)
    moments = _moments(session.shop, titles)
    _make_missing(session.shop_id, moments)
    offers = _lock(session.shop_id, [title.ean for title in titles])
    step = Step(
        actor=Actor(ActorKind(session.closed_kind), session.closed_id),
        known_at=ledger.known_moments(offer.pk for offer in offers.values()),
        moves=ledger.movements_of(offer.pk for offer in offers.values()),
        issues=_issues(session, offers),
    )
    for title in titles:
        offer, moment = offers.get(title.ean), moments.get(title.ean)
        if moment is None:
            # One title that cannot be applied stops none of the others.
            title.outcome = CountOutcome.REFUSED
        elif offer is None:
            # None was made, for the till has reported the whole shop since, without this title.
            title.outcome = CountOutcome.OVERTAKEN
        else:
            title.outcome = step.take(title, offer, moment)
    step.write()
    CountedTitle.objects.bulk_update(titles, ["outcome"])


def _moments(shop: Shop, titles: list[CountedTitle]) -> dict[str, datetime]:
    """Return the moment of each title's count, by EAN; a moment that cannot be is left out."""
    found = {}
    for title in titles:
        with suppress(DomainError):
            found[title.ean] = moment_of(title.last_at, shop)
    return found


def _make_missing(shop_id: int, moments: dict[str, datetime]) -> None:
    """Make empty offers of titles that the shop has not had, unless its till has reported since."""
    new_as_of, _used_as_of = locks.read_clock(shop_id)
    wanted = {
        ean: moment for ean, moment in moments.items() if new_as_of is None or moment >= new_as_of
    }
    had = set(_offers(shop_id, wanted).annotate(code=_NUMBER).values_list("code", flat=True))
    keys = stub_products(wanted.keys() - had, shop_id)
    Offer.objects.bulk_create(
        [
            Offer(shop_id=shop_id, product_id=key, ean=ean, as_of=wanted[ean])
            for ean, key in sorted(keys.items())
        ],
        ignore_conflicts=True,
    )


# The product's EAN, which a report has perhaps not copied yet; or the till's own number.
_NUMBER = Coalesce(F("product__ean"), F("ean"))


def _offers(shop_id: int, numbers: Iterable[str]) -> QuerySet[Offer]:
    """Return the shop's offers of these numbers."""
    eans = [number for number in numbers if not is_own_number(number)]
    refs = [own_ref(shop_id, number) for number in numbers if is_own_number(number)]
    own = Q(product__source=TILL_SOURCE, product__source_ref__in=refs)
    return Offer.objects.filter(
        Q(product__ean__in=eans) | own, shop_id=shop_id, condition=Condition.NEW, copy_ref=""
    )


def _lock(shop_id: int, eans: list[str]) -> dict[str, Offer]:
    """Return the shop's offers of these titles, by EAN, locked in primary-key order."""
    found = _offers(shop_id, eans).select_related("shop").annotate(code=_NUMBER)
    rows = found.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {offer.code: offer for offer in rows}


def _issues(session: StockCount, eans: Iterable[str]) -> dict[str, str]:
    """Return which issue of each magazine was scanned; of several the last."""
    told = session.scans.filter(ean__in=list(eans)).exclude(issue="")
    return dict(told.values("ean").annotate(last=Max("issue")).values_list("ean", "last"))


@dataclass(slots=True)
class Step:
    """What one step knows of the offers that it holds, and what it is to write."""

    actor: Actor
    known_at: dict[int, datetime]
    moves: dict[int, list[Moved]]
    issues: dict[str, str]
    changed: list[Offer] = field(default_factory=list)
    movements: list[StockMovement] = field(default_factory=list)
    entries: list[tuple[OutboxEntry.Topic, int]] = field(default_factory=list)

    def take(self, title: CountedTitle, offer: Offer, moment: datetime) -> CountOutcome:
        """Note on an offer its count; or, when it is known later, the copies that were missing
        then."""
        lost = self._left(offer, title.first_at, title.last_at)
        copies = min(ledger.LARGEST, max(0, title.copies - lost))
        known_at = self.known_at[offer.pk]
        if moment < known_at:
            # The till's later figure stands. But it does not know of a copy that nobody found: as
            # far as it still counts that copy, it is taken off.
            gone = min(self._still_missing(title, offer, copies), offer.on_hand)
            if gone <= 0:
                return CountOutcome.OVERTAKEN
            self._move(offer, _figures(offer), -gone, Reason.NOT_FOUND, timezone.now())
            return CountOutcome.WRITTEN_OFF
        was = _figures(offer)
        on_hand = ledger.take_count(offer, copies, moment, known_at, self.moves[offer.pk])
        offer.issue = self.issues.get(title.ean) or offer.issue
        delta = on_hand - offer.on_hand
        self._move(offer, was, delta, Reason.COUNTED, moment)
        return CountOutcome.APPLIED if delta else CountOutcome.SAME

    def write(self) -> None:
        """Write the offers, movements and outbox entries of the step."""
        columns = zip(*(_row(offer) for offer in self.changed), strict=True)
        if self.changed:
            execute(_WRITE, [list(column) for column in columns])
        StockMovement.objects.bulk_create(self.movements)
        publish_all(self.entries)

    def _left(self, offer: Offer, after: datetime, until: datetime | None = None) -> int:
        """Return how many copies of an offer left here after a moment, and until another one."""
        return -sum(
            moved.delta
            for moved in self.moves[offer.pk]
            if moved.delta < 0
            and moved.happened_at > after
            and (until is None or moved.happened_at <= until)
        )

    def _still_missing(self, title: CountedTitle, offer: Offer, copies: int) -> int:
        """Return how many copies that a count did not find the till has counted again since.

        What the till's own sales explain is not missing: no more than stands above what was
        counted, less what has left here since.
        """
        above = offer.on_hand - max(0, copies - self._left(offer, title.last_at))
        return min(title.expected - copies, above)

    def _move(self, offer: Offer, was: Figures, delta: int, reason: Reason, at: datetime) -> None:
        entries = ledger.shift(offer, delta, reason, at)
        self.changed.append(offer)
        if delta:
            self.movements.append(ledger.movement_of(offer, delta, reason, self.actor, at))
        # A count that confirms the figure renews its moment: that is written, but no news to
        # followers.
        if was != _figures(offer):
            self.entries += entries


def _figures(offer: Offer) -> Figures:
    return offer.on_hand, offer.short, offer.counted, offer.unseen, offer.doubtful


_COLUMNS = {
    "id": "bigint",
    "issue": "varchar",
    "on_hand": "int",
    "short": "int",
    "counted": "int",
    "unseen": "int",
    "doubtful": "int",
    "pace": "float8",
    "as_of": "timestamptz",
    "moved_at": "timestamptz",
    "told_by_id": "bigint",
}
_WRITE = f"""
UPDATE stock_offer o
SET {", ".join(f"{name} = n.{name}" for name in _COLUMNS if name != "id")}
FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())}) AS n({", ".join(_COLUMNS)})
WHERE o.id = n.id
"""  # noqa: S608


_ATTRIBUTES = {field.column: field.attname for field in Offer._meta.concrete_fields}


def _row(offer: Offer) -> tuple[object, ...]:
    return tuple(getattr(offer, _ATTRIBUTES[column]) for column in _COLUMNS)

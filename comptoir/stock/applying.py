"""Applying a count: title after title, in steps that may be interrupted and taken up again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.core.db import fetch, run
from comptoir.core.errors import Conflict, DomainError, Invalid
from comptoir.stock import ledger
from comptoir.stock.clocks import lock_alone, lock_shared
from comptoir.stock.counting import LOST, REST, close, locked
from comptoir.stock.models import CountedTitle, CountOutcome, CountSession, CountStatus

STEP = 100

_FOUND = f"""
INSERT INTO stock_countedtitle
    (session_id, ean, copies, expected, first_at, last_at, scanned, outcome)
SELECT %(session)s, ean, held, on_hand, clock_timestamp(), clock_timestamp(), false, ''
FROM ({REST}) rest WHERE NOT came_in AND on_hand > held
ON CONFLICT DO NOTHING
"""  # noqa: S608


@transaction.atomic
def begin_applying(*, session: CountSession, zero_rest: bool, actor: Actor) -> CountSession:
    """Close a count and decide what it says; `apply_some` then writes it. Twice is once.

    With `zero_rest`, which only a count of the whole shop may say, what was not scanned is not
    there: copies kept for readers stay, and so do titles that came in since the count began.
    Raises `NotFound`, `Conflict` (`count_closed`), `Invalid` (`not_whole`).
    """
    found = locked(session, actor, CountStatus.OPEN, CountStatus.APPLYING, CountStatus.APPLIED)
    if found.status != CountStatus.OPEN:
        return found
    if zero_rest and not found.whole:
        message = _("Only a count of the whole shop tells that the rest is not there.")
        raise Invalid("not_whole", message)
    found.zero_rest = zero_rest
    if zero_rest:
        # What is being received or sold now is waited for, so that the statement sees it.
        lock_alone(found.shop_id)
        run(_FOUND, {"session": found.pk, "shop": found.shop_id, "start": found.started_at})
    return close(found, CountStatus.APPLYING, actor)


def apply_some(session_id: int, step: int = STEP) -> int:
    """Apply the next titles of a count that is being applied, and return how many are left.

    Each step is one transaction: whoever is killed has lost nothing, whoever repeats it changes
    nothing twice.
    """
    with transaction.atomic():
        found = CountSession.objects.select_for_update(no_key=True).get(pk=session_id)
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


def _apply(session: CountSession, titles: list[CountedTitle]) -> None:
    lock_shared(session.shop_id)
    # In the order in which everybody locks offers; titles new to the shop come after.
    lost = _lock_and_read(session, titles)
    actor = Actor(ActorKind(session.closed_kind), session.closed_id)
    for title in sorted(titles, key=lambda title: title.pk not in lost):
        copies = min(ledger.LARGEST, max(0, title.copies - lost.get(title.pk, 0)))
        title.outcome = _apply_one(session, title, copies, actor)
    CountedTitle.objects.bulk_update(titles, ["outcome"])


def _lock_and_read(session: CountSession, titles: list[CountedTitle]) -> dict[int, int]:
    """Lock the offers of the titles that the shop has had, and return what each lost meanwhile."""
    rows = fetch(
        f"SELECT t.id, {LOST} FROM stock_offer o"  # noqa: S608
        " JOIN catalogue_product p ON p.id = o.product_id"
        " JOIN stock_countedtitle t ON t.ean = p.ean AND t.id = ANY(%s)"
        " WHERE o.shop_id = %s AND o.condition = 'new' AND o.copy_ref = ''"
        " ORDER BY o.id FOR NO KEY UPDATE OF o",
        [[title.pk for title in titles], session.shop_id],
    )
    return {key: int(lost) for key, lost in rows}


def _apply_one(
    session: CountSession, title: CountedTitle, copies: int, actor: Actor
) -> CountOutcome:
    try:
        with transaction.atomic():
            entry = ledger.set_count(
                shop_id=session.shop_id,
                ean=title.ean,
                count=copies,
                actor=actor,
                at=title.last_at,
            )
    except Conflict:
        gone = ledger.write_off(
            shop_id=session.shop_id,
            ean=title.ean,
            quantity=_still_missing(session, title, copies),
            actor=actor,
        )
        return CountOutcome.WRITTEN_OFF if gone else CountOutcome.OVERTAKEN
    except DomainError:
        # One title that cannot be held true keeps none of the others waiting.
        return CountOutcome.REFUSED
    return CountOutcome.APPLIED if entry.delta else CountOutcome.SAME


_SINCE = """
SELECT o.on_hand, (SELECT coalesce(-sum(m.delta), 0) FROM stock_stockmovement m
    WHERE m.offer_id = o.id AND m.delta < 0 AND m.reason NOT IN ('told', 'counted')
      AND m.happened_at > %(at)s)
FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
WHERE o.shop_id = %(shop)s AND p.ean = %(ean)s AND o.condition = 'new' AND o.copy_ref = ''
"""


def _still_missing(session: CountSession, title: CountedTitle, copies: int) -> int:
    """Return how many of the copies that a count did not find the till has counted again since.

    What the till's own sales explain is not missing: no more than stands above what was counted,
    less what has left here since.
    """
    rows = fetch(_SINCE, {"shop": session.shop_id, "ean": title.ean, "at": title.last_at})
    above = max((on_hand - max(0, copies - gone) for on_hand, gone in rows), default=0)
    return int(min(title.expected - copies, above))

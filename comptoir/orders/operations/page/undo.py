"""What an act on a shop changed is undone, with all that follows from it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.events.operations.picks import order_of, put_order
from comptoir.events.operations.steps import take_turn
from comptoir.orders.operations.deadlines import give_time
from comptoir.shops.models import Closure, Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.page.undo import Chosen, choose, mark_undone, put_back
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.page.state import LISTS, PICKS
from comptoir.stock.shelf.ledger import announce_settings

Closures = Sequence[Mapping[str, str]]


@transaction.atomic
def undo_act(
    *, shop: Shop, act_id: int, unit: str = "", actor: Actor, since: int | None = None
) -> Chosen:
    """Put back what stood in a shop before an act: all of it that nobody changed again, or one unit
    of it (`page.state.unit_of`) alone. Return what was put back, and what was left.

    A unit that was changed again is put back only where it is named, and where that was no later
    than the act `since`, which the sender has seen. What is put back is an act of its own in the
    history, and can be undone itself. A closure that comes back moves deadlines; one that goes
    moves none.

    Guard: `READ_HISTORY`, and for each field what one needs to write it (`CHANGE_SHOP`,
    `CLOSE_SHOP`, `FILL_WINDOW`). Locks: the shop, then its open orders where a closure comes back,
    then the turn of windows where picks are put in order. Writes: the shop, its lists, closures,
    orders, picks, the history, who wrote its fields, mails. Announces: the offers that can, or can
    no longer, be had, the lines of orders' history. Raises `NotFound` (also `no_such_act`),
    `Forbidden`, `Conflict` (`shop_ended`, `already_undone`, `changed_since`, `not_undone`,
    `photo_erased`).
    """
    shop = in_scope(shop, actor, Verb.READ_HISTORY, lock=True)
    was, now = Shop.objects.get(pk=shop.pk), timezone.now()
    chosen = choose(shop, act_id, unit=unit, since=since, picks=order_of(shop))
    for verb in sorted(chosen.verbs):
        in_scope(shop, actor, verb)
    lists = sorted(chosen.fields & LISTS.keys())
    with act_on(shop, *lists, actor=actor, at=now, undoes=chosen.act) as more:
        put_back(shop, chosen, actor=actor, at=now)
        wanted = chosen.wanted
        if "closures" in wanted:
            _put_closures(shop, wanted["closures"], actor=actor, at=now)
        if PICKS in wanted:
            take_turn()
            before, after = put_order(shop, wanted[PICKS], actor=actor, at=now)
            if before != after:
                more[PICKS] = before, after
    announce_settings(was, shop)
    mark_undone(chosen)
    return chosen


def _put_closures(shop: Shop, wanted: Closures, *, actor: Actor, at: datetime) -> None:
    """Make a locked shop's closures those; one that comes back gives orders more time."""
    keep = {_days(each): each["reason"] for each in wanted}
    back = dict(keep)
    for closure in shop.closures.all():
        days = closure.first_day, closure.last_day
        if keep.get(days) == closure.reason:
            back.pop(days, None)
        else:
            closure.delete()
    Closure.objects.bulk_create(
        Closure(shop=shop, first_day=first, last_day=last, reason=reason)
        for (first, last), reason in back.items()
    )
    if back:
        give_time(shop, actor=actor, at=at)


def _days(closure: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(closure["first"]), date.fromisoformat(closure["last"])

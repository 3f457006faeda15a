"""Days on which a shop is exceptionally shut."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid, NotFound
from comptoir.shops.models import Closure, Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope

LONGEST_CLOSURE_DAYS = 366


@transaction.atomic
def add_closure(
    *, shop: Shop, first_day: date, last_day: date, reason: str = "", actor: Actor
) -> Closure:
    """Shut a shop exceptionally, both days included, in its own time zone.

    The same days again change nothing but the reason. This moves no deadline:
    `orders.operations.close_shop` does both.

    Guard: `CLOSE_SHOP`. Locks: the shop, the closure. Writes: the closure, the shop's history.
    Raises `NotFound`, `Forbidden`, `Invalid` (`bad_closure`).
    """
    shop = in_scope(shop, actor, Verb.CLOSE_SHOP, lock=True)
    if not 0 <= (last_day - first_day).days < LONGEST_CLOSURE_DAYS:
        raise Invalid(
            "bad_closure",
            _("A closure ends on the day it begins or later, and lasts a year at most."),
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    with act_on(shop, "closures", actor=actor, at=timezone.now()):
        closure, _made = Closure.objects.update_or_create(
            shop=shop,
            first_day=first_day,
            last_day=last_day,
            defaults={"reason": reason.strip()[:120]},
        )
    return closure


@transaction.atomic
def remove_closure(*, shop: Shop, closure_id: int, actor: Actor) -> None:
    """Delete an exceptional closure; a deadline that it moved stays where it is.

    Guard: `CLOSE_SHOP`. Locks: the shop. Deletes: the closure. Writes: the shop's history. Raises
    `NotFound` (`no_such_closure`, when this shop has none such), `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.CLOSE_SHOP, lock=True)
    with act_on(shop, "closures", actor=actor, at=timezone.now()):
        removed, _each = Closure.objects.filter(pk=closure_id, shop=shop).delete()
    if not removed:
        raise NotFound("no_such_closure", _("This shop has no such closure."), id=closure_id)

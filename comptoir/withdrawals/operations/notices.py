"""A shop tells readers of their right to withdraw, who were not told as they ordered."""

from datetime import datetime

from django.db import transaction

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.notifications.operations import Draft, queue
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.terms.errors import NotPublished
from comptoir.terms.reads import in_force
from comptoir.withdrawals.models import LaterNotice
from comptoir.withdrawals.operations.news import NOTICE
from comptoir.withdrawals.reads import to_be_told


@transaction.atomic
def give_notices(*, shop: Shop, actor: Actor, now: datetime) -> int:
    """Tell the readers of a shop's orders that were made without the notice of the right to
    withdraw, by a mail with the conditions in force, and return how many: of each the period ends
    fourteen days from now at the soonest (L221-20). Twice is once.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: a row and a mail an order, an entry of the audit.
    Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`, `terms_not_published`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    version = in_force(shop)
    if version is None or not version.tells_withdrawal:
        raise NotPublished
    orders = to_be_told(shop, now)
    LaterNotice.objects.bulk_create(
        LaterNotice(order=order, version=version, given_at=now) for order in orders
    )
    queue(
        [Draft(x.email, x.language, NOTICE, {"order": x.pk}, about=f"order:{x.pk}") for x in orders]
    )
    if orders:
        facts = {"count": len(orders)}
        note(actor, "gave_notices", subject=version, shop_id=shop.pk, facts=facts)
    return len(orders)

"""A shop leaves the network, and may come back."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts import tokens
from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict
from comptoir.orders.operations.deadlines import end_orders_of_gone
from comptoir.shops.models import Shop
from comptoir.shops.operations import SettingsChange
from comptoir.shops.operations.invitations import drop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.page.erasure import forget_who_acted
from comptoir.shops.operations.people import let_go
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.models import FeedPull, TillLink
from comptoir.stock.shelf.ledger import change_settings


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a shop's leaving: how many of each ended with it."""

    shop: Shop
    orders: int
    people: int
    tokens: int


def end_shop(*, shop: Shop, actor: Actor) -> Ended:
    """Let a shop leave the network.

    The public sees it no more. Its people go, the last manager too; its tokens, invitations, links
    and addresses of tills end. Then each reservation that is open ends, and its reader gets a mail.
    A reservation that was being placed meanwhile is not seen here: `expire_due` ends it within
    minutes. To end a shop again does what a run that was broken off has left.

    Guard: `RUN_INSTALLATION`. Locks: the shop, and in transactions of their own its orders and
    their offers. Writes: the shop, its tokens, the accounts of its people, the orders, mails.
    Deletes: jobs, invitations, links and addresses of tills. Announces: the offers that can no
    longer be had, the lines of history. Raises `NotFound`, `Forbidden`, `ExceptionGroup`.
    """
    gone, people, programs = _leave(shop, actor)
    return Ended(gone, end_orders_of_gone(now=timezone.now(), shop=gone), people, programs)


@transaction.atomic
def readmit_shop(*, shop: Shop, actor: Actor) -> Shop:
    """Let a shop come back that has left: it stays hidden, and its people are invited anew.

    Guard: `RUN_INSTALLATION`. Locks: the shop. Writes: the shop, its history. Raises `NotFound`,
    `Forbidden`, `Conflict` (`not_ended`; `merged` for one that is part of another by now).
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    if shop.ended_at is None:
        raise Conflict("not_ended", _("This shop has not left the network."))
    if shop.merged_into_id is not None:
        raise Conflict("merged", _("This shop is one with another by now."))
    with act_on(shop, actor=actor, at=timezone.now()):
        shop.ended_at = None
        shop.save(update_fields=["ended_at"])
    return shop


@transaction.atomic
def _leave(shop: Shop, actor: Actor) -> tuple[Shop, int, int]:
    """Hide a shop for good and let go of who acts for it; return it, how many people, programs."""
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    if shop.ended_at is not None:
        return shop, 0, 0
    # It tells the index and the webhooks that the copies are gone.
    shop = change_settings(shop=shop, change=SettingsChange(paused=True), actor=actor)
    now = timezone.now()
    with act_on(shop, actor=actor, at=now):
        shop.ended_at = now
        shop.save(update_fields=["ended_at"])
    forget_who_acted(shop)
    return (shop, *let_all_go(shop))


def let_all_go(shop: Shop) -> tuple[int, int]:
    """Let go of who and what acts for a locked shop; return how many people and programs.

    A step inside the transaction of a verb that has looked.
    """
    people = list(shop.staff.values_list("user_id", flat=True))
    let_go(shop, *people)
    drop(shop, *shop.invitations.values_list("pk", flat=True))
    programs = [
        grant.token for grant in shop.tokens.filter(token__revoked_at=None).select_related("token")
    ]
    for token in programs:
        tokens.revoke(token)
    TillLink.objects.filter(shop=shop).delete()
    FeedPull.objects.filter(shop=shop).delete()
    return len(people), len(programs)

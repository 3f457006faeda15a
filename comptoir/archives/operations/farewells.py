"""An owner ends their shop: hidden at once, open orders seen through, then erased."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.archives.contents import LEFT_OUT, SHEETS
from comptoir.archives.models import Farewell
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.text import one_line
from comptoir.exchanges.models import Transfer
from comptoir.orders.models import Order, OrderLine
from comptoir.orders.operations.departures import end_shop
from comptoir.payments.operations.accounts import forget_accounts
from comptoir.shops.models import Shop
from comptoir.shops.operations import SettingsChange
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.shelf.ledger import change_settings
from comptoir.stock.shelf.models import Offer

GRACE = timedelta(days=1)
"""So long an owner may still fetch the export or change their mind, without an open order too."""
OFFERS_AT_ONCE = 500

STAYS = {
    "alerts.Alert": "a reader's own wish",
    "figures.MemberSpan": "by it the figures of a network know whose they were",
    "figures.Tally": "counts without a person",
    "figures.Unmet": "counts without a person",
    "archives.Farewell": "that it left, and when its things were erased",
    "orders.Order": "a figure of its network: what became of it, without a person",
    "payments.Account": "without secrets and names: by it what came in and went back is known",
    "papers.Paper": "law has invoices kept for ten years, and so has who bought",
    "exchanges.Transfer": "the other shop's too: what was sent between them",
    "contracts.Contract": "the law has it kept for ten years",
    "shops.Membership": "by it the figures of a network know whose they were",
    "shops.FormerSlug": "no other shop gets an address that stands in old bookmarks",
}
"""What an erasure leaves, by `app.Model`, each with why: of the shop its name and its town, too."""
_EXPORTED = {each.model for each in SHEETS}
_BLANK = ("street", "phone", "email", "website", "description", "opening_hours")


@transaction.atomic
def say_farewell(*, shop: Shop, typed: str, actor: Actor) -> Farewell:
    """End one's own shop: the public sees it no more, and nobody can reserve there.

    Its people go on at the counter until the last open order has ended, a day at least; then it
    leaves the network (`let_leave`), and is erased later (`erase_gone`). `typed` is its name, which
    shows that it is meant. A coordinator cannot do this: a shop of one network may be of others
    too, and its things are its own; they take it out of their network.

    Guard: `END_SHOP`. Locks: the shop. Writes: the farewell, the shop, an entry of the audit.
    Announces: what hiding announces. Raises `NotFound`, `Forbidden`, `Invalid` (`not_meant`),
    `Conflict` (`shop_ended`, `said_already`).
    """
    shop = in_scope(shop, actor, Verb.END_SHOP, lock=True)
    if one_line(typed).casefold() != one_line(shop.name).casefold():
        told = _("Type the name of the shop to end it: %(name)s.")
        raise Invalid("not_meant", told % {"name": shop.name}, field="typed")
    if Farewell.objects.filter(shop=shop).exists():
        raise Conflict("said_already", _("This shop is ending already."))
    change_settings(shop=shop, change=SettingsChange(paused=True), actor=actor)
    farewell = Farewell.objects.create(shop=shop, **acted_by(actor))
    note(actor, "shop_ends", subject=shop, shop_id=shop.pk)
    return farewell


@transaction.atomic
def take_back(*, shop: Shop, actor: Actor) -> Shop:
    """Stay after all: the shop is shown again. Without a farewell nothing is done.

    Guard: `END_SHOP`. Locks: the shop. Deletes: the farewell. Writes: the shop, an entry of the
    audit. Announces: what showing announces. Raises `NotFound`, `Forbidden`, `Conflict`
    (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.END_SHOP, lock=True)
    gone, _each = Farewell.objects.filter(shop=shop).delete()
    if not gone:
        return shop
    note(actor, "shop_stays", subject=shop, shop_id=shop.pk)
    return change_settings(shop=shop, change=SettingsChange(paused=False), actor=actor)


def let_leave(*, now: datetime) -> int:
    """Let the shops leave whose owners ended them a day ago, and that have no open order any more
    and nothing on its way to or from a colleague; return how many. A shop that was shown again
    meanwhile stays: that takes its farewell back.

    Locks: each shop, as `end_shop` does. Writes: what `end_shop` writes. Deletes: farewells that
    were taken back. Raises `ExceptionGroup`.
    """
    Farewell.objects.filter(shop__paused_at=None, erased_at=None).delete()
    has_orders = Exists(Order.objects.filter(shop=OuterRef("shop"), ended_at=None))
    mine = Q(asker=OuterRef("shop")) | Q(giver=OuterRef("shop"))
    is_between = Exists(Transfer.objects.on_the_way().filter(mine))
    due = Farewell.objects.filter(since__lte=now - GRACE, shop__ended_at=None)
    due = due.exclude(has_orders).exclude(is_between)
    shops = [each.shop for each in due.select_related("shop")]
    for shop in shops:
        end_shop(shop=shop, actor=SYSTEM)
    return len(shops)


def erase_gone(*, now: datetime) -> int:
    """Erase what was of the shops that left by their owners' word `COMPTOIR_ERASE_AFTER_DAYS` ago,
    but for what `STAYS`; return how many. After a kill it goes on where it was.

    Waits until the readers of its orders are erased. Locks and deletes, `OFFERS_AT_ONCE` offers a
    transaction: offers with their history; then the rest at once. Writes: the shop, the lines of
    orders, the farewell, an entry of the audit. Source: RGPD, article 17.
    """
    farewells = list(_due(now).select_related("shop"))
    for farewell in farewells:
        while _erase_offers(farewell.shop):
            pass
        _erase_rest(farewell, now)
    return len(farewells)


def waiting(model: str, now: datetime) -> int:  # noqa: ARG001
    """Return how many shops are past their date at a moment (`core.retention.shape.Finder`)."""
    return _due(now).count()


def _due(now: datetime) -> QuerySet[Farewell]:
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    readers = Exists(Order.objects.filter(shop=OuterRef("shop"), erased_at=None))
    return Farewell.objects.filter(shop__ended_at__lte=limit, erased_at=None).exclude(readers)


def relations_of_shops() -> list[Any]:
    """Return the relations by which rows of other tables belong to a shop directly."""
    every = Shop._meta.get_fields(include_hidden=True)
    return [each for each in every if each.auto_created and (each.one_to_many or each.one_to_one)]


@transaction.atomic
def _erase_offers(shop: Shop) -> int:
    offers = Offer.objects.filter(shop=shop).order_by("pk")
    keys = list(offers.values_list("pk", flat=True)[:OFFERS_AT_ONCE])
    OrderLine.objects.filter(offer__in=keys).update(offer=None)
    Offer.objects.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def _erase_rest(farewell: Farewell, now: datetime) -> None:
    shop = Shop.objects.select_for_update(no_key=True).get(pk=farewell.shop_id)
    for relation in relations_of_shops():
        model = relation.related_model
        goes = model._meta.label in LEFT_OUT or model in _EXPORTED
        if goes and model._meta.managed and model._meta.label not in STAYS:
            model._default_manager.filter(**{relation.field.name: shop}).delete()
    forget_accounts(shop)
    Shop.objects.filter(pk=shop.pk).update(**dict.fromkeys(_BLANK, ""), siret=None)
    Farewell.objects.filter(pk=farewell.pk).update(erased_at=now)
    note(SYSTEM, "shop_erased", subject=shop, shop_id=shop.pk)

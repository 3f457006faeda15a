"""A list sent to its supplier, once."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Invalid
from comptoir.notifications.operations import Draft, queue
from comptoir.purchases.errors import ListMoved, NothingToOrder
from comptoir.purchases.kinds import Step, Way
from comptoir.purchases.models import Purchase, PurchaseLine, Supplier, Wish
from comptoir.purchases.operations.steps import note
from comptoir.purchases.operations.suppliers import supplier_in
from comptoir.purchases.reads import Item, List, lists_in, next_number
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

TEMPLATE = "purchase_order"


@transaction.atomic
def send(*, shop: Shop, supplier_id: int, seen: str, actor: Actor, way: str = "") -> Purchase:
    """Order what is on the list of a supplier: it becomes a purchase with a number, for good.

    `seen` is the list that was looked at (`reads.seen_of`). The same list sent twice is one
    purchase, which the second is answered with; one that has changed is not sent. `way` is how it
    goes, by default the supplier's; by mail, the mail is queued here.

    Guard: `BUY_COPIES`. Locks: the shop: its lists are sent in turn, and its numbers have no gap.
    Writes: the purchase, its lines, its history, perhaps a mail. Deletes: the wishes that are in
    it. Announces nothing. Raises `NotFound` (also `no_such_supplier`), `Forbidden`, `Invalid`
    (`bad_way`, `no_address`), `ListMoved`, `NothingToOrder`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    supplier = supplier_in(shop, supplier_id)
    sent = Purchase.objects.filter(shop=shop, supplier=supplier, seen=seen).first()
    if sent is not None:
        return sent
    chosen = _way(supplier, way)
    mine = _list_of(shop, supplier.pk)
    if mine.seen != seen:
        raise ListMoved
    purchase = Purchase.objects.create(
        shop=shop,
        supplier=supplier,
        number=next_number(shop),
        way=chosen,
        mailed_to=supplier.email if chosen == Way.MAIL else "",
        seen=seen,
        sent_at=timezone.now(),
        **acted_by(actor),
    )
    _write_lines(purchase, list(mine.items))
    copies = min(mine.copies, 32_767)
    note(purchase, Step.SENT, actor=actor, at=purchase.sent_at, copies=copies)
    if purchase.mailed_to:
        _mail(purchase)
    return purchase


def _way(supplier: Supplier, way: str) -> str:
    """Return how a purchase goes: as is asked, or as its supplier takes them. Raises `Invalid`."""
    chosen = way or supplier.way
    if chosen not in Way.values:
        raise Invalid("bad_way", _("Say how it takes orders."), field="way")
    if chosen == Way.MAIL and not supplier.email:
        told = _("This supplier has no mail address: enter one, or choose another way.")
        raise Invalid("no_address", told, field="way")
    return chosen


def _list_of(shop: Shop, supplier_id: int) -> List:
    for each in lists_in(shop):
        if each.supplier is not None and each.supplier.pk == supplier_id:
            return each
    raise NothingToOrder


def _write_lines(purchase: Purchase, items: list[Item]) -> None:
    lines = []
    for item in items:
        lines += [
            PurchaseLine(
                purchase=purchase,
                product=item.product,
                order_line=each.line,
                quantity=each.copies,
            )
            for each in item.readers
        ]
        if item.wish:
            quantity = item.wish.quantity
            lines.append(PurchaseLine(purchase=purchase, product=item.product, quantity=quantity))
    PurchaseLine.objects.bulk_create(lines)
    Wish.objects.filter(pk__in=[item.wish.pk for item in items if item.wish]).delete()


def _mail(purchase: Purchase) -> None:
    queue(
        [
            Draft(
                to=purchase.mailed_to,
                language=settings.LANGUAGE_CODE,
                template=TEMPLATE,
                context={"purchase": purchase.pk},
                about=f"purchase:{purchase.pk}",
            )
        ]
    )

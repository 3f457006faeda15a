"""A copy asked for from a colleague, and the asking taken back."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.core.db import violated_constraint
from comptoir.core.errors import Conflict, Invalid, fill
from comptoir.core.identifiers import is_own_number
from comptoir.exchanges.models import Transfer, TransferStatus
from comptoir.exchanges.operations.news import tell
from comptoir.exchanges.operations.steps import ASKER, let_go, locked, note
from comptoir.exchanges.reads import colleague
from comptoir.exchanges.terms import answer_by
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import LineStatus, Order, OrderLine
from comptoir.orders.operations.requests import MAX_QUANTITY
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.models import Condition

MOST_ASKED = 30
"""So many copies a shop may have asked one colleague for that were not answered yet."""
WAITS = (LineStatus.TO_ORDER, LineStatus.ASKED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: copies of a product in a condition, for an order of the shop that asks
    (its key), or for its shelf. For an order it is what its line lacks."""

    product_id: int
    condition: str = Condition.NEW.value
    quantity: int = 1
    order_id: int | None = None


@transaction.atomic
def ask(*, shop: Shop, giver_id: int, wanted: Wanted, actor: Actor) -> Transfer:
    """Ask a colleague to send copies over. Nothing is held until they accept.

    The same asked twice is asked once: the transfer that is open is returned.

    Guard: `EXCHANGE_COPIES`. Locks: the shop. Writes: the transfer, its history, perhaps a mail to
    the colleague. Raises `NotFound` (`no_such_colleague`, `no_such_order`), `Forbidden`, `Conflict`
    (`stock_not_shared`, `shop_ended`, `too_many_asked`), `Invalid` (`bad_product`, `bad_quantity`,
    `bad_condition`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES, lock=True)
    giver = colleague(shop, giver_id)
    product = _product(wanted.product_id)
    quantity, order = _for_order(shop, wanted)
    now = timezone.now()
    waiting = Transfer.objects.filter(asker=shop, giver=giver, status=TransferStatus.ASKED)
    if waiting.count() >= MOST_ASKED:
        told = _("%(shop)s has not answered %(n)d of your requests yet: wait, or call.")
        raise Conflict("too_many_asked", fill(told, shop=giver.name, n=MOST_ASKED))
    transfer = Transfer(
        asker=shop,
        giver=giver,
        asking_shop=shop.name,
        giving_shop=giver.name,
        product=product,
        condition=wanted.condition,
        quantity=quantity,
        order=order,
        status=TransferStatus.ASKED,
        asked_at=now,
        due_at=answer_by(giver, now),
    )
    if before := _made(transfer):
        return before
    note(transfer, actor, now)
    tell(transfer, giver)
    return transfer


def _made(transfer: Transfer) -> Transfer | None:
    """Save a transfer, or return the open one by which the same was asked before."""
    try:
        with transaction.atomic():
            transfer.save()
    except IntegrityError as error:
        if violated_constraint(error) != "exchanges_transfer_once":
            raise
        return Transfer.objects.open().get(
            asker=transfer.asker,
            giver=transfer.giver,
            product=transfer.product,
            condition=transfer.condition,
            order=transfer.order,
            status__in=(TransferStatus.ASKED, TransferStatus.ACCEPTED),
        )
    return None


@transaction.atomic
def withdraw(*, transfer_id: int, actor: Actor) -> Transfer:
    """Take back what one's shop asked for, as long as it was not sent; what was held for it is free
    again.

    Guard: `EXCHANGE_COPIES` in the shop that asked. Locks: both shops shared, the transfer, the
    offer. Writes: the transfer, its history, the offer, perhaps a mail. Announces: the offer.
    Raises `NotFound`, `Forbidden`, `TransferMoved`, `OthersMove`, `Conflict` (`shop_ended`).
    """
    transfer = locked(transfer_id, actor, ASKER)
    if transfer.status == TransferStatus.WITHDRAWN:
        return transfer
    let_go(transfer, TransferStatus.WITHDRAWN, actor=actor, at=timezone.now())
    tell(transfer, transfer.giver)
    return transfer


def _product(key: int) -> Product:
    """Return a title that another shop can have too: one with an EAN."""
    found = Product.objects.listed().filter(pk=key).first()
    if found is None or not found.ean or is_own_number(found.ean):
        told = _(
            "This title has no EAN, so no till of another shop knows it: call your colleague, or"
            " send the customer there."
        )
        raise Invalid("bad_product", told, field="product")
    return found


def _for_order(shop: Shop, wanted: Wanted) -> tuple[int, Order | None]:
    """Return how many copies are wanted, and the order they are for, if any."""
    if wanted.condition not in Condition.values:
        raise Invalid("bad_condition", _("This condition is unknown."), field="condition")
    if wanted.order_id is None:
        if not 1 <= wanted.quantity <= MAX_QUANTITY:
            told = _("Ask for 1 to 10 copies of a title.")
            raise Invalid("bad_quantity", told, field="quantity")
        return wanted.quantity, None
    lines = OrderLine.objects.select_related("order").filter(
        order=wanted.order_id,
        order__shop=shop,
        order__ended_at=None,
        product=wanted.product_id,
        condition=wanted.condition,
        status__in=WAITS,
    )
    line = lines.order_by("pk").first()
    if line is None:
        raise no_such_order()
    return line.quantity, line.order

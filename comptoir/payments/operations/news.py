"""What people are told of money, by mail, with the transaction that moves it."""

from django.conf import settings

from comptoir.notifications.operations import Draft, queue
from comptoir.orders.models import Order
from comptoir.payments.models import Account, Reconciliation
from comptoir.shops.models import Staff, StaffRole

REFUNDED = "payment_refunded"
DIFFERS = "payments_differ"
UNDONE = "payment_undone"


def tell_undone(order: Order, cents: int, *, voided: bool = False) -> None:
    """Queue a mail to the reader of an order: so many cents, which a bank had begun to pay, or
    which the shop had entered (`voided`), are no payment of it."""
    tell(order, UNDONE, cents=cents, voided=voided)


def tell(order: Order, template: str, **facts: int) -> None:
    """Queue a mail to the reader of an order about its money, if they left an address."""
    if order.email:
        context = {"order": order.pk, **facts}
        queue([Draft(order.email, order.language, template, context, about=f"order:{order.pk}")])


def tell_differences(account: Account, row: Reconciliation) -> None:
    """Queue a mail to the owners of a shop: their provider's list and ours differ."""
    owners = Staff.objects.filter(shop=account.shop_id, role=StaffRole.MANAGER)
    people = owners.select_related("user").order_by("user__email")
    context = {"reconciliation": row.pk}
    language = settings.LANGUAGE_CODE[:2]
    queue([Draft(each.user.email, language, DIFFERS, context) for each in people])

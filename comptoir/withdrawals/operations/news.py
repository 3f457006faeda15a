"""Who is told of a withdrawal, by mail, with the transaction that causes it."""

from django.conf import settings

from comptoir.notifications.operations import Draft, queue
from comptoir.shops.models import Staff, StaffRole
from comptoir.withdrawals.models import Withdrawal

LINK, RECEIPT, TO_SHOP, KEPT, NOTICE = (
    *("withdrawal_link", "withdrawal_receipt", "withdrawal_shop", "withdrawal_kept"),
    "withdrawal_notice",
)


def tell_reader(made: Withdrawal, template: str = RECEIPT, line: int | None = None) -> None:
    """Queue a mail to the reader: the receipt, or that the shop keeps copies of a `line` out."""
    order = made.order
    if order.email:
        context = {"withdrawal": made.pk, "line": line}
        about = f"order:{order.pk}"
        queue([Draft(order.email, order.language, template, context, about=about)])


def tell_shop(made: Withdrawal) -> None:
    """Queue a mail to the shop: to its address, or else to its owners."""
    shop = made.order.shop
    owners = Staff.objects.filter(shop=shop, role=StaffRole.MANAGER, user__is_active=True)
    to = [shop.email] if shop.email else list(owners.values_list("user__email", flat=True))
    context = {"withdrawal": made.pk}
    language = settings.LANGUAGE_CODE[:2]
    queue([Draft(address, language, TO_SHOP, context) for address in sorted(to)])

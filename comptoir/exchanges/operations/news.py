"""The shops of a transfer told of what the other did, by mail, if they want mails at once."""

from comptoir.exchanges.models import Transfer
from comptoir.orders.operations.alerts import write_to
from comptoir.orders.reads import alert_of
from comptoir.shops.models import Shop

TEMPLATE = "transfer_news"


def tell(transfer: Transfer, shop: Shop | None) -> None:
    """Queue a mail to a side of a transfer of what it has become. A step. Writes: mails."""
    if shop is None or shop.paused_at is not None:
        return
    alert = alert_of(shop)
    if alert.at_once:
        write_to(alert, TEMPLATE, transfer=transfer.pk, status=str(transfer.status))

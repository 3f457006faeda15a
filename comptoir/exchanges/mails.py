"""What the mails between shops show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from comptoir.exchanges.models import Refusal, Transfer, TransferStatus
from comptoir.exchanges.operations.news import TEMPLATE
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.shops.models import Shop


def prepare() -> None:
    """Register the builder of the mail of this package."""
    register(TEMPLATE, news_context)


def news_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail shows that tells a shop what became of a transfer; `named` holds its
    key, the status that it tells and the key of the shop. Raises `NoLongerTrue` once it is
    something else."""
    known = Transfer.objects.select_related("product", "asker", "giver").filter(
        pk=named["transfer"], status=named["status"]
    )
    transfer, shop = known.first(), Shop.objects.filter(pk=named["shop"]).first()
    if transfer is None or shop is None:
        raise NoLongerTrue
    is_asker = transfer.asker_id == shop.pk
    return {
        "shop": shop,
        "other": transfer.giving_shop if is_asker else transfer.asking_shop,
        "status": transfer.status,
        "title": transfer.product.title,
        "copies": transfer.quantity,
        "label": TransferStatus(transfer.status).label,
        "why": Refusal(transfer.refusal).label if transfer.refusal else "",
        "url": settings.BASE_URL + reverse("counter:exchanges", args=[shop.slug]),
    }

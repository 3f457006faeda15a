"""Somebody who waits for a title, and a shop that gets it."""

from typing import Any

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.alerts import operations
from comptoir.alerts.links import link_word
from comptoir.alerts.models import Alert
from comptoir.alerts.operations.requests import AlertRequest
from comptoir.catalogue.models import Product
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition
from comptoir.stock.shelf.ledger import receive, sell

ADDRESS = "camille@example.org"


def request_for_alert(title: Product, **fields: Any) -> AlertRequest:
    """Return the request of a reader in Poitiers, who would go twenty kilometres."""
    values: dict[str, Any] = {
        "product_id": title.pk,
        "email": ADDRESS,
        "near": "Poitiers",
        "radius_km": 20,
    }
    return AlertRequest(**(values | fields))


def waits_for(title: Product, **fields: Any) -> Alert:
    """Return an alert whose link was pressed."""
    asked = operations.ask(request_for_alert(title, **fields))
    return operations.confirm(word=link_word(asked))


def arrives(title: Product, shop: Shop, condition: str = Condition.NEW.value) -> None:
    """Have a copy come into a shop."""
    receive(shop=shop, ean=title.ean, actor=SYSTEM, condition=condition)


def leaves(title: Product, shop: Shop) -> None:
    """Have a copy sold."""
    sell(shop=shop, ean=title.ean, actor=SYSTEM)


def a_minute_passes() -> int:
    """Do what the job of every minute does; return how many mails it queued."""
    operations.settle(now=timezone.now())
    while operations.follow():
        pass
    return operations.tell(now=timezone.now())

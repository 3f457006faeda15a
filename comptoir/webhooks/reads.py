"""Endpoints and their deliveries, as people read them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from comptoir.shops.models import Shop
from comptoir.webhooks.errors import no_such_endpoint
from comptoir.webhooks.models import Delivery, Endpoint


def find_endpoint(shop: Shop, endpoint_id: int) -> Endpoint:
    """Return one of a shop's endpoints. Raises `NotFound` for another's."""
    found = shop.webhooks.filter(pk=endpoint_id).first()
    if found is None:
        raise no_such_endpoint()
    return found


def deliveries_of(shop: Shop, endpoint_id: int) -> "QuerySet[Delivery]":
    """Return what was sent to an endpoint, or will be, newest first, with every try.

    Raises `NotFound`.
    """
    endpoint = find_endpoint(shop, endpoint_id)
    found = endpoint.deliveries.select_related("message").prefetch_related("attempts")
    return found.order_by("-message_id")


def state_of(endpoint: Endpoint) -> str:
    """Return `disabled`, `paused`, `failing` or `working`."""
    states: Iterable[tuple[object, str]] = (
        (endpoint.disabled_at, "disabled"),
        (endpoint.paused_at, "paused"),
        (endpoint.failing_since, "failing"),
    )
    return next((state for moment, state in states if moment), "working")

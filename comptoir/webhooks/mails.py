"""The mail to a shop whose webhook was disabled."""

from django.conf import settings
from django.urls import reverse

from comptoir.notifications.operations import Draft, queue
from comptoir.webhooks.models import Endpoint


def mail_disabled(endpoint: Endpoint) -> None:
    """Queue the mail with the current transaction, if the shop has an address."""
    shop = endpoint.shop
    if shop.email:
        context = {
            "shop": shop.name,
            "address": endpoint.address,
            "page": settings.BASE_URL + reverse("counter:webhooks", args=[shop.slug]),
        }
        queue([Draft(shop.email, "fr", "webhook_disabled", context)])

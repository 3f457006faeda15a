"""Django application of `webhooks`."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Telling other programs of stock and orders."""

    name = "comptoir.webhooks"
    label = "webhooks"

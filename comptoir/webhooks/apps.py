"""Django application of `webhooks`."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Messages to other programs about stock and orders."""

    name = "comptoir.webhooks"
    label = "webhooks"

"""Django application of `quotes`."""

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """Baskets, priced by dated rules."""

    name = "comptoir.quotes"
    label = "quotes"

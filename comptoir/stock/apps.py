"""Django application of `stock`."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Who has what, and why we say so."""

    name = "comptoir.stock"
    label = "stock"

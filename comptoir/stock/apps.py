"""Django application of `stock`."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Who has what, and why."""

    name = "comptoir.stock"
    label = "stock"

    def ready(self) -> None:
        """Register the mails about silent tills."""
        from comptoir.stock.arrivals import silence

        silence.register_mails()

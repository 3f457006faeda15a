"""Django application of `stock`."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Who has what, and why we say so."""

    name = "comptoir.stock"
    label = "stock"

    def ready(self) -> None:
        """Tell notifications how the mails about silent tills are completed."""
        from comptoir.stock.arrivals import silence

        silence.register_mails()

"""Django application of `quotes`."""

from django.apps import AppConfig
from django.conf import settings


class QuotesConfig(AppConfig):
    """Baskets, priced by dated rules."""

    name = "comptoir.quotes"
    label = "quotes"

    def ready(self) -> None:
        """Read the installation's own rules, if it has some: one that is wrong is told at once, not
        to whoever asks first. Raises `ImproperlyConfigured`."""
        if settings.SELLING_RULES:
            from comptoir.quotes.rules import rules

            rules()

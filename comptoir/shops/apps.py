"""Django application of `shops`."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """The directory."""

    name = "comptoir.shops"
    label = "shops"

    def ready(self) -> None:
        """Register with notifications how the mails about shops are completed."""
        from comptoir.shops import mails

        mails.prepare()

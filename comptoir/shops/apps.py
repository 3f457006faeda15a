"""Django application of `shops`."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """The directory."""

    name = "comptoir.shops"
    label = "shops"

    def ready(self) -> None:
        """Register with notifications how the mails about shops are completed."""
        from comptoir.shops import mails
        from comptoir.shops.requests import mails as mails_of_requests

        mails.prepare()
        mails_of_requests.prepare()

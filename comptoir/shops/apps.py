"""Django application of `shops`."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """The directory."""

    name = "comptoir.shops"
    label = "shops"

    def ready(self) -> None:
        """Register with notifications how the mails about shops are completed, and with networks
        which hosts are shops'."""
        from comptoir.networks.operations.hosts import register_owner
        from comptoir.shops import mails
        from comptoir.shops.operations.hosts import shop_at
        from comptoir.shops.requests import mails as mails_of_requests

        register_owner(shop_at)
        mails.prepare()
        mails_of_requests.prepare()

"""Django application of `orders`."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Reservations and their life."""

    name = "comptoir.orders"
    label = "orders"

    def ready(self) -> None:
        """Register with notifications how the mails about orders are completed."""
        from comptoir.orders import group_mails, mails
        from comptoir.orders.postal import group_mails as groups_by_post
        from comptoir.orders.postal import mails as mails_by_post

        mails.prepare()
        group_mails.prepare()
        mails_by_post.prepare()
        groups_by_post.prepare()

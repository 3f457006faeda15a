"""Django application of `post`."""

from django.apps import AppConfig
from django.conf import settings


class PostConfig(AppConfig):
    """Parcels: a day's post."""

    name = "comptoir.post"
    label = "post"

    def ready(self) -> None:
        """Read the installation's own tables for carriers, if it has some: one that is wrong is
        told at once. Raises `ImproperlyConfigured`."""
        from comptoir.orders.postal.arrival import ask_whether_arrived
        from comptoir.orders.postal.erasure import erase_also
        from comptoir.post import mails
        from comptoir.post.layouts import layouts
        from comptoir.post.operations.carriage import have_arrived
        from comptoir.post.operations.numbers import erase_numbers

        mails.prepare()
        erase_also(erase_numbers)
        ask_whether_arrived(have_arrived)
        if settings.CARRIER_TABLES:
            layouts()

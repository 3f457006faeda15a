"""Django application of `exchanges`."""

from django.apps import AppConfig


class ExchangesConfig(AppConfig):
    """What shops do for one another."""

    name = "comptoir.exchanges"
    label = "exchanges"

    def ready(self) -> None:
        """Tell the packages below which copies are held here, what follows a merger, and how the
        mails are completed."""
        from comptoir.exchanges import mails
        from comptoir.exchanges.operations.mergers import follow_merger
        from comptoir.orders.checks import count_also
        from comptoir.orders.operations.mergers import have_follow

        mails.prepare()
        count_also("SELECT offer_id, held FROM exchanges_transfer WHERE held > 0")
        have_follow(follow_merger)

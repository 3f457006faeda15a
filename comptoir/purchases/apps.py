"""Django application of `purchases`."""

from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    """What a shop buys of its suppliers, for its readers and for its shelf."""

    name = "comptoir.purchases"
    label = "purchases"

    def ready(self) -> None:
        """Say what follows a merger and what is learnt of notices, and how the mails are
        completed."""
        from comptoir.catalogue.operations.notices import have_told
        from comptoir.orders.operations.mergers import have_follow
        from comptoir.purchases import mails
        from comptoir.purchases.operations.distributors import learn
        from comptoir.purchases.operations.mergers import follow_merger

        mails.prepare()
        have_follow(follow_merger)
        have_told(learn)

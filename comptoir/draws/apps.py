"""Django application of `draws`."""

from django.apps import AppConfig


class DrawsConfig(AppConfig):
    """Who gets one of few copies, by a lot that anybody can check."""

    name = "comptoir.draws"
    label = "draws"

    def ready(self) -> None:
        """Tell the packages below which copies are held here, and how the mails are completed."""
        from comptoir.draws import mails
        from comptoir.draws.operations.mergers import follow_merger, lock_draws
        from comptoir.orders.checks import count_also
        from comptoir.orders.operations.mergers import have_follow, have_lock

        mails.prepare()
        have_lock(lock_draws)
        have_follow(follow_merger)
        count_also("SELECT offer_id, held FROM draws_drawlot WHERE held > 0")

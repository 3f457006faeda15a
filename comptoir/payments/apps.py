"""Django application of `payments`."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money that comes in and goes back."""

    name = "comptoir.payments"
    label = "payments"

    def ready(self) -> None:
        """Tell the mails how they are completed, orders who can be paid first, and that whom money
        goes back to is kept."""
        from comptoir.orders.postal.erasure import wait_for
        from comptoir.orders.trust.demand import have_prepay
        from comptoir.payments import mails
        from comptoir.payments.memory import takes_online
        from comptoir.payments.operations.sweep import money_on_its_way

        mails.prepare()
        have_prepay(takes_online)
        wait_for(money_on_its_way)

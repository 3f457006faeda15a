"""Django application of `payments`."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money that comes in and goes back."""

    name = "comptoir.payments"
    label = "payments"

    def ready(self) -> None:
        """Tell the mails how they are completed, and that whom money goes back to is kept."""
        from comptoir.orders.postal.erasure import wait_for
        from comptoir.payments import mails
        from comptoir.payments.operations.sweep import money_on_its_way

        mails.prepare()
        wait_for(money_on_its_way)

"""Django application of `payments`."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money that comes in and goes back."""

    name = "comptoir.payments"
    label = "payments"

    def ready(self) -> None:
        """Tell the mails how they are completed, and orders who can be paid first."""
        from comptoir.orders.trust.demand import have_prepay
        from comptoir.payments import mails
        from comptoir.payments.memory import takes_online

        mails.prepare()
        have_prepay(takes_online)

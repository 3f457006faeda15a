"""Django application of `payments`."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money that comes in and goes back."""

    name = "comptoir.payments"
    label = "payments"

    def ready(self) -> None:
        """Tell the mails how they are completed."""
        from comptoir.payments import mails

        mails.prepare()

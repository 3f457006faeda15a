"""Django application of `withdrawals`."""

from django.apps import AppConfig


class WithdrawalsConfig(AppConfig):
    """The right to withdraw, until it is done."""

    name = "comptoir.withdrawals"
    label = "withdrawals"

    def ready(self) -> None:
        """Register how the mails are completed, and what goes with the address of an order."""
        from comptoir.orders.postal.erasure import erase_also
        from comptoir.withdrawals import mails
        from comptoir.withdrawals.operations.reminders import erase_proofs

        mails.prepare()
        erase_also(erase_proofs)

"""Django application of `withdrawals`."""

from django.apps import AppConfig


class WithdrawalsConfig(AppConfig):
    """The right to withdraw, until it is done."""

    name = "comptoir.withdrawals"
    label = "withdrawals"

    def ready(self) -> None:
        """Register how the mails are completed, what goes with the address of an order, and that
        whoever gives something back is kept until it is settled."""
        from comptoir.orders.postal.erasure import erase_also, wait_for
        from comptoir.withdrawals import mails
        from comptoir.withdrawals.operations.reminders import erase_proofs, still_open

        mails.prepare()
        erase_also(erase_proofs)
        wait_for(still_open)

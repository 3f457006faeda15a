"""Django application of `withdrawals`."""

from django.apps import AppConfig


class WithdrawalsConfig(AppConfig):
    """The right to withdraw, until it is done."""

    name = "comptoir.withdrawals"
    label = "withdrawals"

    def ready(self) -> None:
        """Register how the mails are completed, what goes with the address of an order, whose
        person is kept, what copies that are let go settle, and which do not leave
        the shop."""
        from comptoir.orders.charges.settlement import follow_copies
        from comptoir.orders.charges.withheld import withhold
        from comptoir.orders.postal.erasure import erase_also, wait_for
        from comptoir.withdrawals import mails
        from comptoir.withdrawals.operations.returns import end_with_copies
        from comptoir.withdrawals.operations.spans import erase_proofs, runs_longer, still_open
        from comptoir.withdrawals.reads import not_to_leave

        mails.prepare()
        follow_copies(end_with_copies)
        erase_also(erase_proofs)
        withhold(not_to_leave)
        wait_for(still_open)
        wait_for(runs_longer, at_word=False)

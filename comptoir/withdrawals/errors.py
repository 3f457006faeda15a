"""What is refused of withdrawals."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, NotFound, fill
from comptoir.core.words import day_and_month


class PeriodOver(Conflict):
    """The period in which one may withdraw has ended, on `last_day`."""

    def __init__(self, last_day: date) -> None:
        told = fill(_("The period for this order ended on %(day)s."), day=day_and_month(last_day))
        super().__init__("withdrawal_over", told, last_day=last_day.isoformat())


class NothingLeft(Conflict):
    """There is nothing of the order, or not so many copies, to withdraw from."""

    def __init__(self) -> None:
        told = _("There is nothing to withdraw from here, or not so many copies: look again.")
        super().__init__("nothing_to_withdraw", told)


class NotSoMany(Conflict):
    """More copies were named than wait to come back."""

    def __init__(self, left: int) -> None:
        told = fill(_("Of these copies %(left)s wait to come back."), left=left)
        super().__init__("not_so_many_back", told, left=left)


class LinkOver(Conflict):
    """A link to withdraw is damaged, or too old."""

    def __init__(self) -> None:
        told = _("This link is no longer good: ask for another one, it comes at once.")
        super().__init__("withdrawal_link_over", told)


def no_such_withdrawal() -> NotFound:
    """Return the refusal of a withdrawal that there is not."""
    return NotFound("no_such_withdrawal", _("There is no such withdrawal."))

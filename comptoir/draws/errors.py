"""What draws refuse."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, NotFound


def no_such_draw() -> NotFound:
    """Return the one answer for draws that are not there, and those of others."""
    return NotFound("no_such_draw", _("There is no such draw."))


def no_such_entry() -> NotFound:
    """Return the one answer for links that lead to no entry of a draw."""
    return NotFound(
        "no_such_entry", _("This link leads to no entry of a draw: copy it whole from the mail.")
    )


class EntriesClosed(Conflict):
    """Nobody may enter a draw any more, or leave it."""

    def __init__(self) -> None:
        super().__init__("entries_closed", _("The entries of this draw are closed."))


class EnteredAlready(Conflict):
    """The person of this browser is in a draw with another address: several addresses of one
    person are one entry."""

    def __init__(self) -> None:
        told = _("You are in this draw with another address of yours: one entry a person.")
        super().__init__("entered_already", told)


class WrongPhase(Conflict):
    """A draw is not where this can be done: it is in `data["phase"]`."""

    def __init__(self, phase: str) -> None:
        told = _("This cannot be done with the draw as it is now: reload the page.")
        super().__init__("wrong_phase", told, phase=phase)


class NotWon(Conflict):
    """An entry has no copy to be taken, or its time is over."""

    def __init__(self) -> None:
        super().__init__("not_won", _("There is no copy to be taken by this entry any more."))

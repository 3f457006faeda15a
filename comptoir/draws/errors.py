"""What draws refuse."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Invalid, NotFound, fill, invalid
from comptoir.releases.phrases import moment


def no_such_draw() -> NotFound:
    """Return the one answer for draws that are not there, and those of others."""
    return NotFound("no_such_draw", _("There is no such draw."))


def no_such_entry() -> NotFound:
    """Return the one answer for links that lead to no entry of a draw."""
    return NotFound(
        "no_such_entry", _("This link leads to no entry of a draw: copy it whole from the mail.")
    )


def source_known_before(number: int, at: datetime, fitting: str, zone: str) -> Invalid:
    """Return the refusal of a round of drand that is known before the moment that a draw names."""
    told = _(
        "Round %(number)d of drand is known on %(at)s, before the moment that you give. This one"
        " fits: %(fitting)s."
    )
    shown = lazy(_shown, str)(at, zone)
    return invalid("source", fill(told, number=number, at=shown, fitting=fitting))


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


class NotKnownYet(Conflict):
    """A draw is to be made before the moment at which its public value becomes known:
    `data["known_at"]`."""

    def __init__(self, known_at: datetime, zone: str) -> None:
        told = _("The number of this draw becomes known on %(at)s: it is not drawn before.")
        shown = lazy(_shown, str)(known_at, zone)
        super().__init__("not_known_yet", fill(told, at=shown), known_at=known_at.isoformat())


class KnownBefore(Conflict):
    """The list of a draw was frozen when its public value was known already: nothing would show
    that nobody chose by it."""

    def __init__(self) -> None:
        told = _(
            "The list was frozen only after the number was known, so this draw would prove nothing:"
            " cancel it, and open another one."
        )
        super().__init__("known_before", told)


class NotWon(Conflict):
    """An entry has no copy to be taken, or its time is over."""

    def __init__(self) -> None:
        super().__init__("not_won", _("There is no copy to be taken by this entry any more."))


def _shown(at: datetime, time_zone: str) -> str:
    return moment(at, ZoneInfo(time_zone), timezone.now())

"""What oversight refuses."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, NotFound
from comptoir.core.words import day_and_month


def no_member() -> NotFound:
    """Return the refusal of a shop that does not belong to the network."""
    return NotFound("no_such_member", _("No such shop belongs to the network."))


def no_such_reservation() -> NotFound:
    """Return the refusal of a code that no reservation of the shop has."""
    return NotFound("no_such_reservation", _("This shop has no reservation of that code."))


def asked_already(at: datetime) -> Conflict:
    """Return the refusal to ask a shop again so soon."""
    day = day_and_month(timezone.localtime(at).date())
    told = _("This shop was asked on %(day)s: wait a while, or call it.") % {"day": day}
    return Conflict("asked_already", told, at=at.isoformat())

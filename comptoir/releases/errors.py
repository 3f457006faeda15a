"""What release days refuse."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, fill
from comptoir.releases.phrases import moment


class NotYet(Conflict):
    """A title is not to be had before a moment, which `data` names (UTC)."""

    def __init__(self, title: str, product_id: int, at: datetime, time_zone: str) -> None:
        told = _("“%(title)s” can be reserved from %(moment)s: come back then.")
        shown = lazy(_shown, str)(at, time_zone)
        super().__init__(
            "not_yet",
            fill(told, title=title, moment=shown),
            product_id=product_id,
            not_before=at.isoformat(),
        )


class OneAPerson(Conflict):
    """This person has the one copy that a release gives each, or asked for more than one."""

    def __init__(self, title: str, product_id: int, release: str) -> None:
        told = _(
            "%(release)s: one copy a person, and you have yours, or asked for several, of"
            " “%(title)s”."
        )
        super().__init__(
            "one_a_person",
            fill(told, title=title, release=release),
            product_id=product_id,
            release=release,
        )


def _shown(at: datetime, time_zone: str) -> str:
    return moment(at, ZoneInfo(time_zone), timezone.now())

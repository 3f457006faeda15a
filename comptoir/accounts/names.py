"""The names of who acted, as a history says them."""

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext as _

from comptoir.accounts.actors import ActorKind
from comptoir.accounts.models import ActedBy, ApiToken, User

Line = TypeVar("Line", bound=ActedBy)


def with_names(lines: Iterable[Line]) -> list[tuple[Line, str]]:
    """Return each line of history with the name of who acted, `""` where no actor is recorded.

    One query for the people and one for the programs, whatever the number of lines.
    """
    found = list(lines)
    acted = {(line.actor_kind, line.actor_id) for line in found if line.actor_kind}
    people = User.objects.in_bulk([key for kind, key in acted if kind == ActorKind.USER and key])
    tokens = ApiToken.objects.in_bulk([k for kind, k in acted if kind == ActorKind.TOKEN and k])
    fixed = {
        ActorKind.READER: _("the reader"),
        ActorKind.SYSTEM: _("Comptoir"),
        ActorKind.FEED: _("the till"),
        ActorKind.USER: _("somebody"),
        ActorKind.TOKEN: _("a program"),
    }
    names: dict[tuple[str, int | None], str] = {}
    for kind, key in acted:
        known = people if kind == ActorKind.USER else tokens if kind == ActorKind.TOKEN else {}
        names[kind, key] = str(known.get(key) or fixed[ActorKind(kind)])
    return [(line, names.get((line.actor_kind, line.actor_id), "")) for line in found]

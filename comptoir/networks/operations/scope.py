"""Who may do what in a network: the one table of roles and verbs, and the guard that reads it.

Every verb of a network begins with `in_network`. One in which the actor has no role is not there at
all (`NotFound`); in one's own a verb that the table does not give to one's role is refused
(`Forbidden`). What may be done in a *shop* is `shops.operations.scope`.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.core.errors import Forbidden, NotFound
from comptoir.networks.models import Network, NetworkRole


class NetworkVerb(StrEnum):
    """What an actor may do in a network: several functions may share a verb."""

    READ_OFFICE = "read_office"
    READ_FIGURES = "read_figures"
    WRITE_PAGES = "write_pages"
    TELL_MEMBERS = "tell_members"
    TAKE_MEMBERS = "take_members"
    KEEP_DIRECTORY = "keep_directory"
    CLOSE_DOORS = "close_doors"
    SET_RELEASES = "set_releases"
    CHANGE_NETWORK = "change_network"
    APPOINT = "appoint"
    READ_AUDIT = "read_audit"
    SEE_READERS = "see_readers"


SYSTEM_ROLE = "system"
EVERYBODY = frozenset({NetworkRole.COORDINATOR.value, NetworkRole.EDITOR.value, SYSTEM_ROLE})
COORDINATORS = frozenset({NetworkRole.COORDINATOR.value, SYSTEM_ROLE})

MAY: Mapping[NetworkVerb, frozenset[str]] = {
    NetworkVerb.READ_OFFICE: EVERYBODY,
    NetworkVerb.READ_FIGURES: EVERYBODY,
    NetworkVerb.WRITE_PAGES: EVERYBODY,
    NetworkVerb.TELL_MEMBERS: COORDINATORS,
    NetworkVerb.TAKE_MEMBERS: COORDINATORS,
    NetworkVerb.KEEP_DIRECTORY: COORDINATORS,
    NetworkVerb.CLOSE_DOORS: COORDINATORS,
    NetworkVerb.SET_RELEASES: COORDINATORS,
    NetworkVerb.CHANGE_NETWORK: COORDINATORS,
    NetworkVerb.APPOINT: COORDINATORS,
    NetworkVerb.READ_AUDIT: COORDINATORS,
    NetworkVerb.SEE_READERS: COORDINATORS,
}
"""Which roles may do what."""


def in_network(network: Network, actor: Actor, verb: NetworkVerb, *, lock: bool = False) -> Network:
    """Return the network, read afresh, if the actor may do this in it.

    With `lock` the row is locked `FOR NO KEY UPDATE` until the transaction ends, and the actor is
    judged again under it. Raises `NotFound` (`no_such_network`) where the actor has no role,
    `Forbidden` (`not_coordinator`) for a verb above it. One query; three with `lock`.
    """
    mine = _allowed(network, actor, verb)
    if lock:
        Network.objects.select_for_update(no_key=True).get(pk=network.pk)
        mine = _allowed(network, actor, verb)
    return mine


def may(role: str, verb: NetworkVerb) -> bool:
    """Return whether a role has a verb: what a page offers. The verb itself asks `in_network`."""
    return role in MAY[verb]


def system_alone(actor: Actor) -> None:
    """Refuse everybody but the system (the command line). Raises `Forbidden`."""
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the installation may do this."))


def _allowed(network: Network, actor: Actor, verb: NetworkVerb) -> Network:
    found = Network.objects.visible_to(actor).filter(pk=network.pk)
    if actor.kind is ActorKind.USER:
        # The join is that of the scope: the role is this person's own.
        found = found.annotate(role=F("people__role"))
    mine = found.first()
    if mine is None:
        raise NotFound("no_such_network", _("There is no such network."))
    role = mine.role if actor.kind is ActorKind.USER else SYSTEM_ROLE  # type: ignore[attr-defined]
    if not may(role, verb):
        told = _("Only a coordinator of the network may do this: ask one of them.")
        raise Forbidden("not_coordinator", told)
    return mine

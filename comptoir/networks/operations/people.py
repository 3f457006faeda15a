"""Who works for a network: appointed, given another role, released."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import User, acted_by
from comptoir.core.errors import Conflict, NotFound
from comptoir.networks.models import Coordinator, Network, NetworkRole
from comptoir.networks.operations.scope import NetworkVerb, in_network


@transaction.atomic
def appoint(*, network: Network, email: str, role: NetworkRole, actor: Actor) -> Coordinator:
    """Have whoever has this address work for a network in this role, and return that. An address
    without an account gets one: its owner signs in by a code.

    Guard: `APPOINT`. Locks: the network. Writes: the account, the role with who gave it, a line of
    the audit. Raises `NotFound`, `Forbidden`, `Conflict` (`last_coordinator`).
    """
    network = in_network(network, actor, NetworkVerb.APPOINT, lock=True)
    user = User.objects.filter(email__iexact=email.strip()).first()
    user = user or User.objects.create_user(email)
    if user.left_at is not None:
        user.left_at = None
        user.save(update_fields=["left_at"])
    found = network.people.filter(user=user).first()
    if found is not None:
        _keep_one(found, role)
        found.role = role
        found.save(update_fields=["role"])
    else:
        found = network.people.create(user=user, role=role, **acted_by(actor))
    note(actor, "appointed", network_id=network.pk, subject=user, facts={"role": role.value})
    return found


@transaction.atomic
def release(*, network: Network, user_id: int, actor: Actor) -> None:
    """Have somebody work for a network no more. Who then works nowhere loses their account later
    (`shops.operations.people.erase_gone`).

    Guard: `APPOINT`; anybody may release themselves. Locks: the network. Writes: the role, which
    goes, the account, and a line of the audit. Raises `NotFound` (`no_such_person`), `Forbidden`,
    `Conflict` (`last_coordinator`).
    """
    oneself = actor.kind is ActorKind.USER and actor.id == user_id
    verb = NetworkVerb.READ_OFFICE if oneself else NetworkVerb.APPOINT
    network = in_network(network, actor, verb, lock=True)
    found = network.people.filter(user_id=user_id).select_related("user").first()
    if found is None:
        raise NotFound("no_such_person", _("There is no such person in this network."))
    _keep_one(found, None)
    found.delete()
    nowhere = User.objects.filter(pk=user_id, jobs=None, offices=None)
    nowhere.update(left_at=timezone.now())
    note(actor, "released", network_id=network.pk, subject=found.user)


def _keep_one(person: Coordinator, role: NetworkRole | None) -> None:
    """Refuse to take a network's last coordinator away from it."""
    if person.role != NetworkRole.COORDINATOR or role == NetworkRole.COORDINATOR:
        return
    others = Coordinator.objects.filter(
        network_id=person.network_id, role=NetworkRole.COORDINATOR, user__is_active=True
    ).exclude(pk=person.pk)
    if not others.exists():
        told = _("This is the only coordinator of the network: appoint another one first.")
        raise Conflict("last_coordinator", told)

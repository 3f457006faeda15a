"""A second factor that was lost is taken away, so that its owner sets up another one."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import User
from comptoir.core.errors import Forbidden, NotFound
from comptoir.networks.models import Coordinator
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.notifications.operations import Draft, queue

RESET = "factor_reset"


@transaction.atomic
def reset_factor(*, email: str, actor: Actor) -> User:
    """Take every second factor from a person, who sets up another one before they enter an office
    again; a session in which the old one was given counts no more. A mail tells them. Return them.

    Guard: the system, or another coordinator of a network they work for; nobody resets their own,
    and that of who runs the installation the system alone. Locks: the account. Deletes: its
    passkeys, keys, TOTP and recovery codes. Writes: a line of the audit in each of their networks,
    a mail. Raises `NotFound` (`no_such_person`), `Forbidden`.
    """
    person = User.objects.select_for_update().filter(email__iexact=email.strip()).first()
    jobs = Coordinator.objects.filter(user=person).select_related("network").order_by("pk")
    offices = list(jobs) if person else []
    by_system = actor.kind is ActorKind.SYSTEM
    shared = [] if by_system else [each for each in offices if _shared(each, actor)]
    if person is None or not (by_system or shared):
        raise NotFound("no_such_person", _("Nobody with this address works for the network."))
    if actor.kind is ActorKind.USER and actor.id == person.pk:
        told = _("Ask another coordinator, or whoever runs the site: nobody resets their own.")
        raise Forbidden("own_factor", told)
    for each in shared:
        in_network(each.network, actor, NetworkVerb.APPOINT)
    if person.is_superuser and not by_system:
        told = _("They run the installation: only its command line resets their second factor.")
        raise Forbidden("operators_factor", told)
    for each in offices:
        note(actor, RESET, subject=person, network_id=each.network_id)
    if not offices:
        note(actor, RESET, subject=person)
    Authenticator.objects.filter(user=person).delete()
    queue([Draft(person.email, settings.LANGUAGE_CODE, RESET, {"at": timezone.now().isoformat()})])
    return person


def _shared(job: Coordinator, actor: Actor) -> bool:
    people = job.network.people.filter(user__is_active=True)
    return actor.id in set(people.values_list("user_id", flat=True))

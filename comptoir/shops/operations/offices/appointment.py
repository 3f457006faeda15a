"""Somebody is appointed to work for a network, and told so by a mail."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.networks.models import Coordinator, Network, NetworkRole
from comptoir.networks.operations import appoint
from comptoir.notifications.operations import Draft, queue
from comptoir.shops.contacts import receives_mail

TEMPLATE = "office_appointed"


@transaction.atomic
def appoint_by_mail(
    *, network: Network, email: str, role: NetworkRole, actor: Actor
) -> Coordinator:
    """Have whoever has this address work for a network in this role, and return that; a mail tells
    them, unless they did so in this role already.

    Guard: `APPOINT`. Locks: the network. Writes: what `networks.operations.appoint` does, the mail.
    Raises what that raises, and `Invalid` (`bad_email`).
    """
    email = email.strip()
    if not receives_mail(email):
        told = _("No mail reaches this e-mail address: check it.")
        raise Invalid("bad_email", told, field="email")
    before = network.people.filter(user__email__iexact=email).values_list("role", flat=True).first()
    made = appoint(network=network, email=email, role=role, actor=actor)
    if before != role.value:
        language = (get_language() or "fr")[:2]
        context = {"coordinator": made.pk}
        queue([Draft(made.user.email, language, TEMPLATE, context=context)])
    return made

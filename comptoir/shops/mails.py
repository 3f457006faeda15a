"""What the mails about a shop's people show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from comptoir.accounts.actors import ActorKind
from comptoir.accounts.models import User
from comptoir.core.words import until
from comptoir.networks.models import Coordinator, NetworkRole
from comptoir.networks.portal import portal_of, shown_as, site_address
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.shops.models import Invitation
from comptoir.shops.operations import letters
from comptoir.shops.operations.invitations import TEMPLATE, link_of
from comptoir.shops.operations.offices import appointment


def prepare() -> None:
    """Register the builder of each template of this package."""
    register(TEMPLATE, invitation_context)
    register(letters.TEMPLATE, letter_context)
    register(appointment.TEMPLATE, office_context)


def invitation_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail of an invitation shows; `named` holds its key."""
    invitation = Invitation.objects.select_related("shop").get(pk=named["invitation"])
    shop = invitation.shop
    return {
        "invitation": invitation,
        "shop": shop,
        "inviter": _inviter(invitation),
        "until": until(invitation.ends_at, ZoneInfo(shop.time_zone)),
        "url": settings.BASE_URL + reverse("counter:invitation", args=[link_of(invitation)]),
    }


def letter_context(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail of a letter shows; the shop's answer goes to who wrote it."""
    return {**said, "headers": {"Reply-To": said["email"]}}


def office_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail shows to who was appointed; `named` holds the key of what they are.
    Raises `NoLongerTrue` once they are released."""
    found = Coordinator.objects.select_related("network").filter(pk=named["coordinator"]).first()
    if found is None:
        raise NoLongerTrue
    site = portal_of(found.network)
    with shown_as(site):
        url = site_address() + reverse("office:overview", args=[found.network.slug])
    return {
        "association": found.network.name,
        "role": found.get_role_display(),
        "coordinates": found.role == NetworkRole.COORDINATOR,
        "url": url,
        "portal": site,
    }


def _inviter(invitation: Invitation) -> str:
    """Return what the manager who invites is called, "" where that is not known."""
    if invitation.actor_kind != ActorKind.USER or invitation.actor_id is None:
        return ""
    names = User.objects.filter(pk=invitation.actor_id).values_list("name", flat=True)
    return names.first() or ""

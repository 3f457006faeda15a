"""All that the directory keeps of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import User
from comptoir.core.retention.shape import Found
from comptoir.notifications.operations import forget
from comptoir.shops.models import Invitation
from comptoir.shops.operations.requests.inquiry import about
from comptoir.shops.requests.models import JoinRequest

_WORKS = _(
    "You work here: leave the shop or the network first, at its counter or office. The account goes"
    " by itself afterwards."
)


def find(email: str) -> Iterator[Found]:
    """Yield what the directory keeps of the person of an address: requests to join, invitations,
    an account (`core.retention.shape.Personal`)."""
    address = str(_("e-mail address"))
    asked = tuple(
        {
            str(_("shop")): each.called,
            str(_("name")): each.asker_name,
            address: each.asker_email,
            str(_("telephone")): each.asker_phone,
            str(_("text")): each.message,
            str(_("asked on")): each.asked_at,
        }
        for each in JoinRequest.objects.filter(asker_email__iexact=email).order_by("pk")
    )
    if asked:
        yield Found(_("Requests to join with a shop"), asked)
    invited = tuple(
        {str(_("shop")): each.shop.name, str(_("name")): each.name, address: each.email}
        for each in Invitation.objects.filter(email__iexact=email).select_related("shop")
    )
    if invited:
        yield Found(_("Invitations to work in a shop"), invited)
    user = User.objects.filter(email__iexact=email).first()
    if user:
        jobs = [f"{job.shop.name}, {job.get_role_display()}" for job in user.jobs.all()]
        row: dict[str, str | list[str]] = {str(_("name")): user.name, address: user.email}
        if jobs:
            row[str(_("works in"))] = jobs
        yield Found(_("Your account"), (row,), _WORKS if _works(user) else "")


@transaction.atomic
def erase(email: str, now: datetime) -> None:  # noqa: ARG001
    """Delete requests and invitations of a person at their word, and their account where they work
    nowhere any more. Locks, deletes: them, and their mails."""
    mine = JoinRequest.objects.filter(asker_email__iexact=email)
    over = list(mine.select_for_update().order_by("pk"))
    forget(about=[about(each) for each in over])
    JoinRequest.objects.filter(pk__in=[each.pk for each in over]).delete()
    Invitation.objects.filter(email__iexact=email).delete()
    user = User.objects.filter(email__iexact=email).select_for_update(of=("self",)).first()
    if user and not _works(user):
        user.delete()


def _works(user: User) -> bool:
    """Return whether somebody works in a shop, for a network or for the installation."""
    runs = user.is_staff or user.is_superuser
    return runs or user.jobs.exists() or user.offices.exists()

"""How somebody comes to work in a shop: a mail with a link that is good once, for some days.

Until they follow it they have no access. The link proves that they read the mailbox, as the code of
a sign-in does. It holds the key and the nonce of the invitation under a signature: who reads the
table alone cannot make one.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core import limits
from comptoir.core.errors import Conflict, NotFound
from comptoir.core.text import one_line
from comptoir.notifications.operations import Draft, forget, queue
from comptoir.shops.contacts import parse_email
from comptoir.shops.models import Invitation, Shop, Staff, StaffRole
from comptoir.shops.operations.people import LONGEST_NAME, give_job
from comptoir.shops.operations.scope import Verb, in_scope

GOOD_DAYS = 7
DAY = 24 * 3600
PER_SHOP, PER_MAILBOX = 30, 4
"""How many invitations a day a shop may send, and one mailbox get from all shops."""
TEMPLATE = "staff_invited"
_TOO_MANY = _("Too many invitations were sent today: try again tomorrow.")
_SIGNER = Signer(salt="comptoir.shops.invitation", sep="~")


def invite_staff(
    *, shop: Shop, email: str, role: StaffRole = StaffRole.STAFF, name: str = "", actor: Actor
) -> Invitation:
    """Invite a person to work in a shop: they get a mail, in the shop's language, with a link.

    Who was invited there before and has not come gets a new mail with this role and name; the
    older link ends.

    Guard: `EMPLOY`. Locks: the shop. Writes: the invitation, a mail, a line of the audit; an
    attempt, alone, unless the system invites. Raises `NotFound`, `Forbidden`, `Invalid`
    (`bad_email`), `Conflict` (`works_here`, `shop_ended`), `TooMany`.
    """
    shop = in_scope(shop, actor, Verb.EMPLOY)
    address = parse_email(email)
    _count(shop, address, actor)
    return _invite(shop, address, role, one_line(name)[:LONGEST_NAME], actor)


def send_invitation_again(*, shop: Shop, invitation_id: int, actor: Actor) -> Invitation:
    """Send an invitation again, with a new link and all its days; the older link ends.

    Guard: `EMPLOY`. Locks: the shop. Writes: the invitation, a mail, a line of the audit; an
    attempt, alone, unless the system sends. Raises `NotFound` (`no_such_invitation`), `Forbidden`,
    `Conflict` (`shop_ended`), `TooMany`.
    """
    shop = in_scope(shop, actor, Verb.EMPLOY)
    known = _of(shop, invitation_id)
    _count(shop, known.email, actor)
    return _invite(shop, known.email, StaffRole(known.role), known.name, actor)


@transaction.atomic
def withdraw_invitation(*, shop: Shop, invitation_id: int, actor: Actor) -> Invitation:
    """Take an invitation back: its link is good no more, and its mail leaves no more.

    Guard: `EMPLOY`. Locks: the shop. Deletes: the invitation, its mails. Writes: a line of the
    audit. Raises `NotFound`
    (`no_such_invitation`), `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    known = _of(shop, invitation_id)
    note(actor, "invitation_withdrawn", subject=known, shop_id=shop.pk)
    drop(shop, known.pk)
    return known


def drop(shop: Shop, *keys: int) -> None:
    """Delete invitations of a locked shop, and their mails. A step of a verb that has looked."""
    forget(about=[_about(key) for key in keys])
    shop.invitations.filter(pk__in=keys).delete()


@transaction.atomic
def accept_invitation(*, link: str, name: str = "") -> Staff:
    """Take an invitation up by the link of its mail: the person works in the shop from now on.

    Their account is made if there is none; `name` is kept where it has none. Who is a manager there
    by now stays one.

    Guard: the link, which only the mail holds. Locks: the shop. Writes: the account, the job, a
    line of the audit.
    Deletes: the invitation, its mails. Raises `NotFound` (`invitation_over`).
    """
    seen = find_invitation(link)
    shop = Shop.objects.select_for_update(no_key=True).get(pk=seen.shop_id)
    # Two taps at once, or a manager who takes it back meanwhile: only what still stands counts.
    invitation = find_invitation(link)
    forget(about=[_about(invitation.pk)])
    called = one_line(name) or invitation.name
    role = StaffRole(invitation.role)
    # Who came by a merger meanwhile may be the last manager: to join takes nothing from anybody.
    if shop.staff.filter(user__email=invitation.email, role=StaffRole.MANAGER).exists():
        role = StaffRole.MANAGER
    staff = give_job(shop, invitation.email, role, called)
    facts = {"role": role.value}
    by = staff.user.actor
    note(by, "invitation_accepted", subject=staff.user, shop_id=shop.pk, facts=facts)
    return staff


def find_invitation(link: str) -> Invitation:
    """Return the invitation that a link is good for, with its shop.

    Raises `NotFound` (`invitation_over`): taken up, taken back, replaced or past its days.
    """
    try:
        key, _sep, nonce = _SIGNER.unsign(link).partition("-")
    except BadSignature:
        raise _over() from None
    found = Invitation.objects.filter(pk=int(key), ends_at__gt=timezone.now(), shop__ended_at=None)
    invitation = found.select_related("shop").first()
    if invitation is None or not constant_time_compare(nonce, invitation.nonce):
        raise _over()
    return invitation


def link_of(invitation: Invitation) -> str:
    """Return what the address in the mail ends with: it alone lets its reader in."""
    return _SIGNER.sign(f"{invitation.pk}-{invitation.nonce}")


def erase_ended(*, now: datetime) -> int:
    """Delete the invitations whose days ended long ago; return how many.

    Source: RGPD, article 5(1)(e); the delay is `COMPTOIR_ERASE_AFTER_DAYS`.
    """
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    return Invitation.objects.filter(ends_at__lte=limit).delete()[0]


@transaction.atomic
def _invite(shop: Shop, address: str, role: StaffRole, name: str, actor: Actor) -> Invitation:
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    if shop.staff.filter(user__email=address).exists():
        raise Conflict(
            "works_here",
            _("%(email)s works here already: change their role in the list instead.")
            % {"email": address},
        )
    return write_invitation(shop, address, role, name, actor)


def write_invitation(
    shop: Shop, address: str, role: StaffRole, name: str, actor: Actor
) -> Invitation:
    """Write an invitation to a locked shop and queue its mail; an older one there ends.

    A step inside the transaction of a verb that has looked.
    """
    now = timezone.now()
    invitation, _made = Invitation.objects.update_or_create(
        shop=shop,
        email=address,
        defaults={
            "role": role,
            "name": name,
            "nonce": secrets.token_hex(16),
            "sent_at": now,
            "ends_at": now + timedelta(days=GOOD_DAYS),
            **acted_by(actor),
        },
    )
    facts = {"role": role.value}
    note(actor, "invited", subject=invitation, shop_id=shop.pk, facts=facts)
    forget(about=[_about(invitation.pk)])
    queue(
        [
            Draft(
                to=address,
                language=settings.LANGUAGE_CODE,
                template=TEMPLATE,
                context={"invitation": invitation.pk},
                about=_about(invitation.pk),
                secret=True,
            )
        ]
    )
    return invitation


def _count(shop: Shop, address: str, actor: Actor) -> None:
    """Count one invitation before anything is locked. Raises `TooMany`."""
    if actor.kind is ActorKind.SYSTEM:
        return
    limits.count(
        limits.Limit("invitations_of_shop", PER_SHOP, DAY, message=_TOO_MANY), str(shop.pk)
    )
    limits.count(
        limits.Limit("invitations_to_mailbox", PER_MAILBOX, DAY, message=_TOO_MANY), address
    )


def _of(shop: Shop, invitation_id: int) -> Invitation:
    found = shop.invitations.filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("no_such_invitation", _("There is no such invitation any more."))
    return found


def _over() -> NotFound:
    return NotFound(
        "invitation_over",
        _(
            "This invitation is no longer good: it was taken up, taken back or replaced, or its"
            " days are over."
        ),
    )


def _about(key: int) -> str:
    return f"invitation:{key}"

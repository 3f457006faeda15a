"""What `shops` keeps about people: what, why, until when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, While, With, after
from comptoir.shops.operations.circulars import erase_circulars
from comptoir.shops.operations.invitations import erase_ended
from comptoir.shops.operations.page.erasure import (
    KEPT_FOR,
    UNDONE_FOR,
    forget_acts,
    sweep_photos,
)
from comptoir.shops.operations.people import erase_gone
from comptoir.shops.operations.requests.answers import erase_requests
from comptoir.shops.operations.requests.person import erase, find


def _invitations(now: datetime) -> int:
    return erase_ended(now=now)


def _requests(now: datetime) -> int:
    return erase_requests(now=now)


def _acts(now: datetime) -> int:
    return forget_acts(now=now)


def _circulars(now: datetime) -> int:
    return erase_circulars(now=now)


def _photos(now: datetime) -> int:
    return sweep_photos(now=now)


def _people(now: datetime) -> int:
    return erase_gone(now=now)


_UNSHOWN = Q(shown=None)

DECLARATION = Declaration(
    kept=(
        Kept(
            "shops.Staff",
            ("user", "role", "since"),
            _("who works in a shop, and as what"),
            _("so that they can use its counter"),
            While(_("until they leave it")),
        ),
        Kept(
            "accounts.User",
            ("left_at",),
            _("the account of somebody who works nowhere any more"),
            _("so that it is there if they come back soon"),
            Term(
                _("COMPTOIR_ERASE_AFTER_DAYS after they left"),
                after(
                    "left_at",
                    "ERASE_AFTER_DAYS",
                    Q(jobs=None, offices=None, is_staff=False, is_superuser=False),
                ),
                _people,
            ),
        ),
        Kept(
            "shops.Invitation",
            ("email", "name", "nonce", "actor_kind", "actor_id"),
            _("address and name of somebody invited to work in a shop, and who invited them"),
            _("so that the mail can be sent, and sent again"),
            Term(
                _(
                    "until it is taken up or withdrawn, else COMPTOIR_ERASE_AFTER_DAYS"
                    " after it ended"
                ),
                after("ends_at", "ERASE_AFTER_DAYS"),
                _invitations,
            ),
        ),
        Kept(
            "shops.JoinRequest",
            (
                *("asker_name", "asker_email", "asker_phone", "message", "language", "entry"),
                *("nonce", "reason", "actor_kind", "actor_id"),
            ),
            _("who asks to join with a shop, how they are reached, and what they say of the shop"),
            _("so that the network can check it, and answer"),
            Term(
                _("60 days without an answer, else COMPTOIR_ERASE_AFTER_DAYS after it"),
                after("ends_at"),
                _requests,
            ),
        ),
        Kept(
            "shops.MembershipOffer",
            ("actor_kind", "actor_id"),
            _("which account offered that a shop joins a network"),
            _("so that the other side knows who did"),
            While(_("until it is accepted, declined or taken back")),
        ),
        Kept(
            "shops.FieldOrigin",
            ("actor_kind", "actor_id"),
            _("which account wrote a field of a shop"),
            _("so that shop and network can ask each other"),
            With(_("until the field is written again, or the account is deleted")),
        ),
        Kept(
            "shops.ShopAct",
            ("actor_kind", "actor_id"),
            _("which account changed what is written of a shop, and when"),
            _("so that shop and network see who did what, and can undo it"),
            Term(
                _("two years; no account is named any more once the shop has left"),
                after("happened_at", KEPT_FOR),
                _acts,
            ),
        ),
        Kept(
            "shops.FieldChange",
            ("before", "after"),
            _("what stood in the fields of a shop before it was changed, and after"),
            _("so that a change can be undone"),
            Term(_("two years"), after("act__happened_at", KEPT_FOR), _acts),
        ),
        Kept(
            "shops.PhotoFile",
            ("large", "medium", "small", "square"),
            _("photos of a shop, perhaps of people"),
            _("so that readers see the shop"),
            Term(
                _(
                    "until a week after its page shows them no more,"
                    " or at once where the shop says so"
                ),
                after("left_at", UNDONE_FOR, _UNSHOWN),
                _photos,
            ),
        ),
        Kept(
            "shops.ShopPhoto",
            ("alt", "credit"),
            _("what one sees on a photo of a shop, and who took it"),
            _("so that readers who do not see it are told, and who took it is named"),
            While(_("as long as its page shows it; what it said before, two years")),
        ),
        Kept(
            "shops.Membership",
            ("actor_kind", "actor_id"),
            _("which account took a shop into a network"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "shops.Circular",
            ("actor_kind", "actor_id"),
            _("which account sent a message to the members of a network"),
            _("so that colleagues know who did it"),
            Term(_("COMPTOIR_AUDIT_DAYS"), after("sent_at", "AUDIT_DAYS"), _circulars),
        ),
        Kept(
            "shops.CircularReading",
            ("user", "read_at"),
            _("who in a shop has read a message of its network, and when"),
            _("so that the network knows whom it has reached"),
            Term(
                _("until the account is deleted, at most COMPTOIR_AUDIT_DAYS"),
                after("copy__circular__sent_at", "AUDIT_DAYS"),
                _circulars,
            ),
        ),
        Kept(
            "shops.Doors",
            ("actor_kind", "actor_id"),
            _("which account closed the doors of a shop or of a network"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "shops.Shop",
            ("name", "street", "phone", "email"),
            _("name, street, telephone and address of a shop, perhaps of the person who runs it"),
            _("so that readers find it"),
            While(_("as long as the shop is in the directory")),
        ),
    ),
    impersonal={
        "shops.Shop.latitude": "the door of a shop is no secret",
        "shops.Shop.longitude": "the door of a shop is no secret",
        "shops.FieldOrigin.offered": "what a directory says of a shop",
        "shops.Doors.text": "what a shop or a network tells everybody",
        "shops.ShopToken.token": "a program",
    },
    personal=Personal(find, erase),
)

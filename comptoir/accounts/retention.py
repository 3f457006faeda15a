"""What `accounts` keeps about people: what, why, until when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.audit import erase_old
from comptoir.accounts.sessions import erase_ended, lingering
from comptoir.core.retention.shape import Declaration, Elsewhere, Kept, Term, While, With, after


def _old(now: datetime) -> int:
    return erase_old(now=now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "accounts.User",
            ("email", "name", "password", "last_login", "joined_at", "left_at"),
            _("address, name and last sign-in of whoever works in a shop or runs the installation"),
            _("so that they can sign in and colleagues know who acted"),
            While(_("as long as they work somewhere, then COMPTOIR_ERASE_AFTER_DAYS")),
        ),
        Kept(
            "accounts.AuditEntry",
            ("actor_kind", "actor_id", "subject", "subject_id", "reason", "facts"),
            _("who did what in a shop, a network or the installation, and the reason they gave"),
            _("so that shops, associations and readers learn who did it"),
            Term(_("COMPTOIR_AUDIT_DAYS"), after("at", "AUDIT_DAYS"), _old),
        ),
    ),
    elsewhere=(
        Elsewhere(
            "account_emailaddress, mfa_authenticator",
            _("the address by which somebody signs in, and their second factor"),
            _("so that nobody else signs in as them"),
            With(_("as long as their account")),
        ),
        Elsewhere(
            "django_session",
            _("that a browser has signed in, and the texts of a form that waits"),
            _("so that who works here need not sign in on each page"),
            Term(_("two weeks after the last use"), lingering, erase_ended),
        ),
    ),
    impersonal={"accounts.User.user_permissions": "what an account may do in Django’s own pages"},
)

"""What `accounts` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "accounts.User",
            ("email", "name", "password", "last_login", "joined_at", "left_at"),
            _("address, name and last sign-in of whoever works in a shop or runs the installation"),
            _("so that they can sign in and colleagues know who acted"),
            _("as long as they work somewhere, then COMPTOIR_ERASE_AFTER_DAYS"),
        ),
        Kept(
            "accounts.AuditEntry",
            ("actor_kind", "actor_id", "subject", "subject_id", "reason", "facts"),
            _("who did what in a shop, a network or the installation, and the reason they gave"),
            _("so that shops, associations and readers learn who did it"),
            _("COMPTOIR_AUDIT_DAYS"),
        ),
    ),
    impersonal={"accounts.User.user_permissions": "what an account may do in Django’s own pages"},
)

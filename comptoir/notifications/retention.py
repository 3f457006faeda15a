"""What `notifications` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "notifications.Message",
            ("to", "subject", "text", "html", "context"),
            _("the address of a mail, and what the mail says"),
            _("so that what was said to whom can be looked up"),
            _("until what it is about is erased, COMPTOIR_ERASE_AFTER_DAYS at the most"),
        ),
    ),
    impersonal={},
)

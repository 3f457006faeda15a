"""What `notifications` keeps about people: what, why, until when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, after
from comptoir.notifications.operations import erase_due
from comptoir.notifications.person import erase, find


def _due(now: datetime) -> int:
    return erase_due(now=now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "notifications.Message",
            ("to", "subject", "text", "html", "context", "error"),
            _("the address of a mail, and what the mail says"),
            _("so that what was said to whom can be looked up"),
            Term(
                _("until what it is about is erased, COMPTOIR_ERASE_AFTER_DAYS at the most"),
                after("created_at", "ERASE_AFTER_DAYS"),
                _due,
            ),
        ),
    ),
    impersonal={},
    personal=Personal(find, erase),
)

"""What `alerts` keeps about people: what, why, until when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.alerts.operations.erasure import erase_due
from comptoir.alerts.operations.person import erase, find
from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, after


def _due(now: datetime) -> int:
    return erase_due(now=now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "alerts.Alert",
            ("email", "email_key", "place", "latitude", "longitude", "nonce"),
            _("e-mail address, and about which place, of who waits for a title"),
            _("so that one mail tells them when it is back near them"),
            Term(
                _("until that mail has left; else COMPTOIR_ALERT_DAYS, unconfirmed a day"),
                after("ends_at", where=Q(mail="") | Q(confirmed_at=None)),
                _due,
            ),
        ),
    ),
    impersonal={},
    personal=Personal(find, erase),
)

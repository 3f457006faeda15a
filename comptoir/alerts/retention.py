"""What `alerts` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "alerts.Alert",
            ("email", "email_key", "place", "latitude", "longitude", "nonce"),
            _("e-mail address, and about which place, of who waits for a title"),
            _("so that one mail tells them when it is back near them"),
            _("until that mail has left; else COMPTOIR_ALERT_DAYS, unconfirmed a day"),
        ),
    ),
    impersonal={},
)

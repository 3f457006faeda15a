"""What the base keeps about people: what, why, until when; each package declares its own in a
module of this name, and a test fails for a column that may hold such data and is declared nowhere.

Source: Regulation (EU) 2016/679, articles 5 (storage limitation), 13 and 30.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from comptoir.core.limits import forget_ended
from comptoir.core.retention.elsewhere import ELSEWHERE
from comptoir.core.retention.shape import Declaration, Kept, Term, after


def _limits(now: datetime) -> int:
    return forget_ended(now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "core.LimitCount",
            ("key",),
            _("a keyed hash of the address, or of the place in the network, of who asked"),
            _("so that nobody floods shops or mailboxes"),
            Term(_("a day at most"), after("ends_at", timedelta(minutes=2)), _limits),
        ),
    ),
    impersonal={
        "core.OutboxEntry.key": "the key of a product, an offer or an order",
        "core.Installation.address": "where the site answers",
        "core.Node.name": "what a machine is called",
        "core.Node.key_mark": "a hash of the installation’s own key",
    },
    elsewhere=ELSEWHERE,
)

"""What `webhooks` keeps about people: what, why, until when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Term, With, after
from comptoir.webhooks.operations import KEPT, erase_old


def _old(now: datetime) -> int:
    return erase_old(now=now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "webhooks.Endpoint",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "webhooks.Message",
            ("data",),
            _("what other programs of a shop are told: the code of a reservation, no person"),
            _("so that what did not arrive is sent again"),
            Term(_("thirty days"), after("created_at", KEPT), _old),
        ),
        Kept(
            "webhooks.Attempt",
            ("note",),
            _("what the other program answered, in its own words"),
            _("so that a shop sees why it was not told"),
            Term(_("thirty days"), after("delivery__message__created_at", KEPT), _old),
        ),
    ),
    impersonal={
        "webhooks.Endpoint.nonce": "a secret of a program",
        "webhooks.Message.key": "by what a message is made once",
    },
)

"""What `webhooks` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "webhooks.Endpoint",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
    ),
    impersonal={
        "webhooks.Endpoint.nonce": "a secret of a program",
        "webhooks.Message.key": "by what a message is made once",
        "webhooks.Message.data": "figures of an offer or an order, and no person’s",
        "webhooks.Attempt.note": "what a server answered",
    },
)

"""What `exchanges` keeps about people: what, why, until when.

Who was passed on to a colleague is kept nowhere but in the reservation itself (`orders`): the shop
that passed somebody on reads the name there while the reservation is open, and its status after.
"""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, With

DECLARATION = Declaration(
    kept=(
        Kept(
            "exchanges.TransferStep",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={},
)

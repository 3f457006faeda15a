"""What `quotes` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, With

DECLARATION = Declaration(
    kept=(
        Kept(
            "quotes.PriceDecision",
            ("actor_kind", "actor_id"),
            _("which account decided what a book costs posted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={},
)

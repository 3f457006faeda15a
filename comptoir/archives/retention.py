"""What `archives` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "archives.Bundle",
            ("actor_kind", "actor_id"),
            _("which owner asked for their shop’s export"),
            _("so that it is given to an owner alone"),
            _("a day after it was asked for"),
        ),
        Kept(
            "archives.BundlePiece",
            ("content",),
            _("a shop’s export, with its people and the readers of its open orders"),
            _("so that the owner can fetch what is the shop’s"),
            _("a day after it was asked for"),
        ),
        Kept(
            "archives.Farewell",
            ("actor_kind", "actor_id"),
            _("which owner ended their shop"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "archives.Draft",
            ("content", "file_name", "actor_kind", "actor_id"),
            _("a file of a network’s shops, and which coordinator sent it"),
            _("so that its effect is seen before it is applied"),
            _("until it is applied or forgotten, a day at the most"),
        ),
    ),
    impersonal={},
)

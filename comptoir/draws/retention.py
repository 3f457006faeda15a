"""What `draws` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "draws.DrawEntry",
            ("name", "email", "token"),
            _("name and e-mail address of who entered a draw"),
            _("so that they confirm it and hear what came of it"),
            _(
                "COMPTOIR_ERASE_AFTER_DAYS after the draw has ended; unconfirmed, until its entries"
                " close"
            ),
        ),
        Kept(
            "draws.DrawEntry",
            ("key",),
            _("a keyed hash of the e-mail address"),
            _("so that a person is in a draw once"),
            _(
                "COMPTOIR_ERASE_AFTER_DAYS after the draw has ended; unconfirmed, until its entries"
                " close"
            ),
        ),
        Kept(
            "draws.Draw",
            ("actor_kind", "actor_id"),
            _("which account opened or made a draw"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
    ),
    impersonal={"draws.Draw.text": "what a shop or a network says of it"},
)

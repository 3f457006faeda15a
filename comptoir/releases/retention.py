"""What `releases` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, With

DECLARATION = Declaration(
    kept=(
        Kept(
            "releases.Release",
            ("actor_kind", "actor_id"),
            _("which account wrote a release day"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={
        "releases.Release.name": "how a release day is called",
        "releases.Release.text": "what a shop or a network says of it",
    },
)

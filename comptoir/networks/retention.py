"""What `networks` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, While, With

DECLARATION = Declaration(
    kept=(
        Kept(
            "networks.Coordinator",
            ("user", "role", "since", "actor_kind", "actor_id"),
            _("who works for a network, in which role, since when"),
            _("so that they can enter its office, and members know who speaks for it"),
            While(_("until they are released")),
        ),
        Kept(
            "networks.Version",
            ("actor_kind", "actor_id"),
            _("which account wrote a version of a page or of news"),
            _("so that colleagues can ask each other"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "networks.Picture",
            ("actor_kind", "actor_id"),
            _("which account added a picture"),
            _("so that colleagues can ask each other"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "networks.Banner",
            ("actor_kind", "actor_id"),
            _("which account wrote a banner"),
            _("so that colleagues can ask each other"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={
        "networks.Banner.text": "what an association says to everybody",
        "networks.Banner.text_en": "what an association says to everybody",
        "networks.Network.name": "what an association is called",
    },
)

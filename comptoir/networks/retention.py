"""What `networks` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "networks.Coordinator",
            ("user", "role", "since", "actor_kind", "actor_id"),
            _("who works for a network, in which role, since when"),
            _("so that they can enter its office, and members know who speaks for it"),
            _("until they are released"),
        ),
    ),
    impersonal={
        "networks.Network.name": "what an association is called",
    },
)

"""What `events` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "events.Pick",
            ("signed", "text", "actor_kind", "actor_id"),
            _("a bookseller’s word on a title, and the name that they put below it"),
            _("so that readers know whose word it is"),
            _("until it is removed; the name goes with the writer’s account"),
        ),
        Kept(
            "events.Event",
            ("title", "text"),
            _("guests whom a shop names as it announces a meeting"),
            _("so that readers come to it"),
            _("COMPTOIR_ERASE_AFTER_DAYS after the shop has left the network"),
        ),
        Kept(
            "events.WindowChange",
            ("actor_kind", "actor_id"),
            _("which account changed a shop’s window"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
    ),
    impersonal={
        "events.Event.street": "the door of a public place",
        "events.Event.latitude": "the middle of a town",
        "events.Event.longitude": "the middle of a town",
    },
)

"""What `events` keeps about people: what, why, until when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import ActorKind
from comptoir.accounts.models import User
from comptoir.core.retention.shape import (
    Declaration,
    Kept,
    Term,
    With,
    after,
    all_rows,
)
from comptoir.events.operations.erasure import erase_due


def _due(now: datetime) -> int:
    return erase_due(now=now)


def _orphans(model: str, now: datetime) -> int:  # noqa: ARG001
    by_person = Q(actor_kind=ActorKind.USER.value) & ~Q(actor_id__in=User.objects.values("pk"))
    return all_rows(model).filter(by_person).exclude(signed="").count()


DECLARATION = Declaration(
    kept=(
        Kept(
            "events.Pick",
            ("signed", "text", "actor_kind", "actor_id"),
            _("a bookseller’s word on a title, and the name that they put below it"),
            _("so that readers know whose word it is"),
            Term(_("until it is removed; the name goes with the writer’s account"), _orphans, _due),
        ),
        Kept(
            "events.Event",
            ("title", "text"),
            _("guests whom a shop names as it announces a meeting"),
            _("so that readers come to it"),
            Term(
                _("COMPTOIR_ERASE_AFTER_DAYS after the shop has left the network"),
                after("shop__ended_at", "ERASE_AFTER_DAYS"),
                _due,
            ),
        ),
        Kept(
            "events.WindowChange",
            ("actor_kind", "actor_id"),
            _("which account changed a shop’s window"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={
        "events.Event.street": "the door of a public place",
        "events.Event.latitude": "the middle of a town",
        "events.Event.longitude": "the middle of a town",
    },
)

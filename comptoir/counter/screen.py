"""What the screens share: a page, a verb that may refuse, a plain form, the names of who acted."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from comptoir.accounts.actors import ActorKind
from comptoir.accounts.models import ActedBy, ApiToken, User
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.exits.voice import silence
from comptoir.counter.network.notes import banners_of
from comptoir.counter.scope import Desk
from comptoir.shops.circulars.reads import unread
from comptoir.stock.arrivals.silence import silences

T = TypeVar("T")
Line = TypeVar("Line", bound=ActedBy)


class PlainForm(forms.Form):
    """A form whose labels stand alone on their line: no colon ends them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})


def attempt(request: HttpRequest, verb: Callable[[], T]) -> T | None:
    """Run a verb and return what it returns. The next page tells what it refuses; then None.

    `NotFound` and `Forbidden` pass through: they have pages of their own.
    """
    try:
        return verb()
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
        return None


def page(request: HttpRequest, desk: Desk, template: str, **context: Any) -> HttpResponse:  # noqa: ANN401
    """Render a page of a shop's counter, or a part of one.

    A whole page warns of a till that is silent, and of an installation that holds its mails back,
    and says what the shop's networks tell; what does not show that does not query it.
    """
    silent = SimpleLazyObject(partial(silences, desk.shop))
    quiet = SimpleLazyObject(silence)
    context |= {"desk": desk, "shop": desk.shop, "silences": silent, "quiet": quiet}
    context |= {
        "banners": SimpleLazyObject(partial(banners_of, desk.shop)),
        "letters": SimpleLazyObject(partial(unread, desk.shop, desk.actor)),
    }
    return render(request, f"counter/{template}.html", context)


def with_names(lines: Iterable[Line]) -> list[tuple[Line, str]]:
    """Return each line of history with the name of who acted, `""` where no actor is recorded.

    One query for the people and one for the programs, whatever the number of lines.
    """
    found = list(lines)
    acted = {(line.actor_kind, line.actor_id) for line in found if line.actor_kind}
    people = User.objects.in_bulk([key for kind, key in acted if kind == ActorKind.USER and key])
    tokens = ApiToken.objects.in_bulk([k for kind, k in acted if kind == ActorKind.TOKEN and k])
    fixed = {
        ActorKind.READER: _("the reader"),
        ActorKind.SYSTEM: _("Comptoir"),
        ActorKind.FEED: _("the till"),
        ActorKind.USER: _("somebody"),
        ActorKind.TOKEN: _("a program"),
    }
    names: dict[tuple[str, int | None], str] = {}
    for kind, key in acted:
        known = people if kind == ActorKind.USER else tokens if kind == ActorKind.TOKEN else {}
        names[kind, key] = str(known.get(key) or fixed[ActorKind(kind)])
    return [(line, names.get((line.actor_kind, line.actor_id), "")) for line in found]

"""What the screens share: a page, a verb that may refuse, a plain form, the names of who acted."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.names import with_names as with_names
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.exits.voice import silence
from comptoir.core.limits import Limit, count
from comptoir.core.pictures.photo import Photo, read_photo
from comptoir.counter.scope import Desk
from comptoir.stock.arrivals.silence import silences

MOST_PHOTOS, PHOTO_SECONDS = 60, 300
T = TypeVar("T")


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

    A whole page warns of a till that is silent, and of an installation that holds its mails back;
    what does not show the warning does not query it.
    """
    silent = SimpleLazyObject(partial(silences, desk.shop))
    quiet = SimpleLazyObject(silence)
    context |= {"desk": desk, "shop": desk.shop, "silences": silent, "quiet": quiet}
    return render(request, f"counter/{template}.html", context)


def sent_photo(request: HttpRequest, actor: Actor, *, for_page: bool = False) -> Photo | None:
    """Return the photo that came with a form, or None.

    Raises `Invalid` (`bad_photo`), `TooMany` past a photo every five seconds.
    """
    sent = request.FILES.get("photo")
    if sent is None or not sent.size:
        return None
    many = _("Many photos in a short time: wait a few minutes, or save without the photo.")
    who = f"{actor.kind}:{actor.id}"
    count(Limit("photo", MOST_PHOTOS, PHOTO_SECONDS, many), who)
    return read_photo(sent, for_page=for_page)

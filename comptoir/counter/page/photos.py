"""The photos of the shop's page: added, described, put in order, removed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.identifiers import read_key
from comptoir.core.limits import TooMany
from comptoir.core.pictures.photo import LARGEST_BYTES
from comptoir.counter.page.presentation import page_address, page_screen
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, sent_photo
from comptoir.shops.operations.page.photos import (
    add_photo,
    describe_photo,
    erase_photo,
    move_photo,
    remove_photo,
)
from comptoir.ui.bodies import takes_files

# The photo, and what is typed beside it.
LARGEST_FORM = LARGEST_BYTES + 100_000


@takes_files(LARGEST_FORM)
@require_POST
@at_the_desk
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show one more photo on the page. Leads back to the photos; a refusal keeps what was typed."""
    words = {name: request.POST.get(name, "")[:500] for name in ("alt", "credit")}

    def added() -> object:
        photo = sent_photo(request, desk.actor, for_page=True)
        if photo is None:
            raise Invalid("missing", _("Choose a photo first."), field="photo")
        return add_photo(shop=desk.shop, photo=photo, actor=desk.actor, **words)

    return _done(request, desk, added, _("Added: your page shows it."), photo_words=words)


@require_POST
@at_the_desk
def photo(request: HttpRequest, desk: Desk, digest: str) -> HttpResponse:
    """Say otherwise what one sees on a photo."""
    words = {name: request.POST.get(name, "")[:500] for name in ("alt", "credit")}
    verb = partial(
        describe_photo,
        shop=desk.shop,
        digest=digest,
        actor=desk.actor,
        since=read_key(request.POST.get("since", "")) or 0,
        **words,
    )
    return _done(request, desk, verb, _("Saved: your page shows it."), photo_said={digest: words})


@require_POST
@at_the_desk
def moved(request: HttpRequest, desk: Desk, digest: str) -> HttpResponse:
    """Move a photo one place up or down. Leads back to the button that has moved with it: a browser
    gives it the focus where the address names no part of the page."""
    by = 1 if request.POST.get("sens") == "bas" else -1
    verb = partial(move_photo, shop=desk.shop, digest=digest, by=by, actor=desk.actor)
    if attempt(request, lambda: [verb()]) is None:
        return redirect(page_address(desk))
    way = "bas" if by > 0 else "haut"
    return redirect(f"{page_address(desk)}?deplace={digest}-{way}")


@require_POST
@at_the_desk
def removed(request: HttpRequest, desk: Desk, digest: str) -> HttpResponse:
    """Take a photo off the page; for some days the history brings it back."""
    verb = partial(remove_photo, shop=desk.shop, digest=digest, actor=desk.actor)
    told = _("Removed: nobody sees it any more. For a week the history can bring it back.")
    return _done(request, desk, verb, told)


@require_POST
@at_the_desk
def erased(request: HttpRequest, desk: Desk, digest: str) -> HttpResponse:
    """Erase a photo that was removed, now and for good."""
    verb = partial(erase_photo, shop=desk.shop, digest=digest, actor=desk.actor)
    return _done(request, desk, verb, _("Erased for good."))


def _done(
    request: HttpRequest,
    desk: Desk,
    verb: Callable[[], object],
    told: str,
    **typed: Any,  # noqa: ANN401
) -> HttpResponse:
    """Run a verb and lead back to the photos; what it refuses is shown there, beside what was
    typed."""
    try:
        verb()
    except (Conflict, Invalid, TooMany) as refusal:
        field = refusal.data.get("field", refusal.code.removeprefix("bad_"))
        return page_screen(request, desk, photo_error=str(refusal), photo_field=str(field), **typed)
    messages.success(request, told)
    return redirect(f"{page_address(desk)}#photos")

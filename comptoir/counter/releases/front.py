"""Release days and draws as a counter shows them: to whoever works there, forms to its owners."""

from functools import partial

from django.http import HttpRequest

from comptoir.counter.scope import Desk
from comptoir.counter.screen import page
from comptoir.ui.releases.front import Front


def front(request: HttpRequest, desk: Desk) -> Front:
    """Return where the screens of a shop stand."""
    shown = partial(page, request, desk)
    return Front(request, desk.shop, desk.actor, "counter", shown, may_write=desk.is_manager)

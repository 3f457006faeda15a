"""The screen “Draws” of a shop."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.counter.releases.front import front
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.ui.releases import draws as screens


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def draws(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the draws and the form; open one."""
    return screens.draws(front(request, desk))


@require_POST
@at_the_desk
def step(request: HttpRequest, desk: Desk, draw_id: int) -> HttpResponse:
    """Take a step of a draw. Leads back to the screen."""
    return screens.step(front(request, desk), draw_id)

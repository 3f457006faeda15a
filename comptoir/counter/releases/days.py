"""The screen “Release days” of a shop."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.counter.releases.front import front
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.ui.releases import days


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def releases(request: HttpRequest, desk: Desk, release_id: int | None = None) -> HttpResponse:
    """Show what is announced and the form; announce a release, or change one."""
    return days.releases(front(request, desk), release_id)


@require_POST
@at_the_desk
def ended(request: HttpRequest, desk: Desk, release_id: int) -> HttpResponse:
    """Take a release back, or put it back, by one tap. Leads back to the screen."""
    return days.ended(front(request, desk), release_id)

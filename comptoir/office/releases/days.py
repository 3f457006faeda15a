"""The screen “Release days” of a network."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.releases.front import front
from comptoir.office.scope import Office, at_the_office
from comptoir.ui.releases import days


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.SET_RELEASES)
def releases(request: HttpRequest, office: Office, day_id: int | None = None) -> HttpResponse:
    """Show what is announced and the form; announce a release, or change one."""
    return days.releases(front(request, office), day_id)


@require_POST
@at_the_office(NetworkVerb.SET_RELEASES)
def ended(request: HttpRequest, office: Office, day_id: int) -> HttpResponse:
    """Take a release back, or put it back, by one tap. Leads back to the screen."""
    return days.ended(front(request, office), day_id)

"""The screen “Draws” of a network."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.releases.front import front
from comptoir.office.scope import Office, at_the_office
from comptoir.ui.releases import draws as screens


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.SET_RELEASES)
def draws(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the draws and the form; open one."""
    return screens.draws(front(request, office))


@require_POST
@at_the_office(NetworkVerb.SET_RELEASES)
def step(request: HttpRequest, office: Office, lot_id: int) -> HttpResponse:
    """Take a step of a draw. Leads back to the screen."""
    return screens.step(front(request, office), lot_id)

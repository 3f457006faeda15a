"""Release days and draws as an office shows them."""

from functools import partial

from django.http import HttpRequest

from comptoir.office.scope import Office, page
from comptoir.ui.releases.front import Front


def front(request: HttpRequest, office: Office) -> Front:
    """Return where the screens of a network stand."""
    return Front(request, office.network, office.actor, "office", partial(page, request, office))

"""Under which network's host a page is asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comptoir.networks.memory import network_of


class NetworkHost:
    """Middleware: `request.network` is the network whose portal answers under the host that was
    asked; None where it is the installation itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the network and answer."""
        request.network = network_of(request.get_host())  # type: ignore[attr-defined]
        return self.get_response(request)

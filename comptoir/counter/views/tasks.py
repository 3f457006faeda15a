"""The tasks page: what to set aside, what to order, what waits for its reader."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from comptoir.counter.board import board_version, read_board
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import page


@require_GET
@at_the_desk
def tasks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the whole page."""
    return page(request, desk, "tasks", board=read_board(desk.shop, desk.actor))


@require_GET
@at_the_desk
def task_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Answer the page's question of every three seconds: 304 while nothing changed."""
    if request.headers.get("If-None-Match") == f'"{board_version(desk.shop.pk)}"':
        return HttpResponse(status=304)
    return fragment(request, desk)


def fragment(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Return the lists alone, with what was just done said above them."""
    board = read_board(desk.shop, desk.actor)
    response = page(request, desk, "board", board=board, is_fragment=True)
    response.headers["ETag"] = f'"{board.version}"'
    return response

"""Under whose name a page of a network is asked for, and the addresses of its pages.

On the host of a network its own are at `/pages/…` and `/actualites`, and those of no other
anywhere. On the installation's host those of each network are below `/reseaux/<network>/`.
"""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse

from comptoir.networks.pages.memory import Board, Line, boards
from comptoir.networks.pages.models import PublicationKind
from comptoir.networks.portal import address_at


def board_asked(request: HttpRequest, slug: str | None) -> Board:
    """Return the network whose page is asked for: that of the host, or on the installation's own
    host that of this word. Raises `Http404` for any other."""
    shown = request.network  # type: ignore[attr-defined]
    if (shown is None) is (slug is None):
        raise Http404
    # The portal of a shop shows that shop, and speaks for nobody else.
    if shown is None and request.portal is not None:  # type: ignore[attr-defined]
        raise Http404
    known = boards().values()
    for board in known:
        if (shown is not None and board.network_id == shown.pk) or board.slug == slug:
            return board
    raise Http404


def page_path(board: Board, line: Line, *, own: bool) -> str:
    """Return the address of a page or a news item, without the host. `own`: on the network's."""
    if line.kind == PublicationKind.PAGE:
        return path_of(board, "page", line.slug, own=own)
    return path_of(board, "news_item", line.slug, own=own)


def path_of(board: Board, name: str, *words: str, own: bool) -> str:
    """Return the address of a page of a network by its name, without the host."""
    if own:
        return reverse(f"site:network_{name}", args=words)
    return reverse(f"site:of_network_{name}", args=[board.slug, *words])


def whole(board: Board, name: str, *words: str) -> str:
    """Return the one address of a page of a network, for machines: on its host where it has one."""
    path = path_of(board, name, *words, own=board.host is not None)
    return site_of(board) + path


def whole_of(board: Board, line: Line) -> str:
    """Return the one address of a page or a news item, for machines."""
    return site_of(board) + page_path(board, line, own=board.host is not None)


def site_of(board: Board) -> str:
    """Return the address of the site on which a network speaks, `https://host[:port]`."""
    return settings.BASE_URL if board.host is None else address_at(board.host)

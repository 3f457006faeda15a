"""What every page says of its network: banners, the pages in the footer, the newest news."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from comptoir.networks.pages.memory import Board, spoken_for

register = template.Library()
NEWS_SHOWN = 3


@register.simple_tag(takes_context=True)
def network_banners(context: template.Context) -> str:
    """Say what the network under whose name a page is asked for says to everybody just now."""
    board, _own = _board(context)
    banners = board.banners_at(timezone.now()) if board else []
    return render_to_string("ui/components/banners.html", {"banners": banners}) if banners else ""


@register.simple_tag(takes_context=True)
def network_footer(context: template.Context) -> str:
    """Name the pages of the network, in its order, and its news where there are any."""
    board, own = _board(context)
    if board is None:
        return ""
    now = timezone.now()
    pages = [each for each in board.pages(now) if each.in_footer]
    values: dict[str, Any] = {
        "pages": [(each, _path(board, "page", own, each.slug)) for each in pages],
        "news": _path(board, "news", own) if board.news(now) else "",
    }
    return render_to_string("ui/components/network_footer.html", values)


@register.simple_tag(takes_context=True)
def network_news(context: template.Context) -> str:
    """Show the newest news of the network, on its first page."""
    board, own = _board(context)
    lines = board.news(timezone.now()) if board else []
    if board is None or not lines:
        return ""
    values: dict[str, Any] = {
        "items": [(line, _path(board, "news_item", own, line.slug)) for line in lines[:NEWS_SHOWN]],
        "all": _path(board, "news", own),
        "feed": _path(board, "news_atom", own),
    }
    return render_to_string("ui/components/network_news.html", values)


def _board(context: template.Context) -> tuple[Board | None, bool]:
    request: HttpRequest | None = context.get("request")
    if request is None or not hasattr(request, "network"):
        return None, False
    # The portal of a shop shows that shop, and speaks for nobody else.
    if request.network is None and request.portal is not None:  # type: ignore[attr-defined]
        return None, False
    return spoken_for(request.network), request.network is not None


def _path(board: Board, name: str, own: bool, *words: str) -> str:
    if own:
        return reverse(f"site:network_{name}", args=words)
    return reverse(f"site:of_network_{name}", args=[board.slug, *words])

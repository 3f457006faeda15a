"""The news of a network: as a list, and as feed readers follow them."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.networks.pages.memory import Board, Line
from comptoir.networks.pages.models import Version
from comptoir.networks.pages.reads import article
from comptoir.site.events.feeds import ATOM, published
from comptoir.site.network.place import board_asked, page_path, path_of, site_of, whole, whole_of

A_PAGE = 20
MOST_ENTRIES = 30
KEPT_SECONDS = 300


@gzip_page
@require_safe
def news(request: HttpRequest, network_slug: str | None = None) -> HttpResponse:
    """Answer the list of a network's news, the newest first."""
    board = board_asked(request, network_slug)
    own = request.network is not None  # type: ignore[attr-defined]
    pages = Paginator(board.news(timezone.now()), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "board": board,
        "page": shown,
        "items": [(line, page_path(board, line, own=own)) for line in shown],
        "feed": path_of(board, "news_atom", own=own),
        "canonical": whole(board, "news"),
        "hidden_from_search": shown.number > 1,
    }
    return render(request, "site/network/news.html", context)


@gzip_page
@require_safe
def news_atom(request: HttpRequest, network_slug: str | None = None) -> HttpResponse:
    """Answer the newest news of a network as an Atom feed (RFC 4287), whole, in the installation's
    language, whoever asks: so caches keep one for all."""
    board = board_asked(request, network_slug)
    with translation.override(settings.LANGUAGE_CODE):
        body = _feed(board, board.news(timezone.now())[:MOST_ENTRIES])
    return published(request, body, ATOM, seconds=KEPT_SECONDS)


def _feed(board: Board, lines: list[Line]) -> bytes:
    name = _("News of %(name)s") % {"name": board.name}
    address = whole(board, "news_atom")
    feed = _Feed(
        title=name,
        link=whole(board, "news"),
        description=name,
        language=settings.LANGUAGE_CODE,
        author_name=board.name,
        feed_url=address,
        feed_guid=address,
    )
    texts = Version.objects.select_related("publication").filter(
        publication__in=[line.key for line in lines]
    )
    versions = {(each.publication_id, each.number): each for each in texts}
    host = urlsplit(site_of(board)).hostname
    for line in lines:
        version = versions.get((line.key, line.number))
        if version is None:
            continue
        text = article(version)
        html = text.html.replace(' src="/', f' src="{site_of(board)}/')
        feed.add_item(
            title=text.title,
            link=whole_of(board, line),
            description=html.replace(' href="/', f' href="{site_of(board)}/'),
            unique_id=f"tag:{host},{line.appears:%Y-%m-%d}:actualite/{line.key}",
            author_name=board.name,
            pubdate=line.appears,
            updateddate=max(line.changed, line.appears),
        )
    return feed.writeString("utf-8").encode()


class _Feed(Atom1Feed):
    """An Atom feed that says of an empty list, too, the same today and tomorrow."""

    def latest_post_date(self) -> datetime:
        """Return when an entry changed last."""
        changed = [item["updateddate"] for item in self.items]
        return max(changed, default=datetime(2026, 1, 1, tzinfo=UTC))

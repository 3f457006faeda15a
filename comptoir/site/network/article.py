"""A page or a news item of a network, as readers see it, and the pictures in it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.core.errors import NotFound
from comptoir.networks.pages.memory import Board, Line
from comptoir.networks.pages.models import PublicationKind, Version
from comptoir.networks.pages.reads import Article, article, read_picture
from comptoir.site.machines.previews import Preview
from comptoir.site.network.place import board_asked, path_of, site_of, whole, whole_of
from comptoir.site.photos import answer_photo
from comptoir.site.schema_org import as_script


@gzip_page
@require_safe
def page(request: HttpRequest, page: str, network_slug: str | None = None) -> HttpResponse:
    """Answer a page of a network."""
    board = board_asked(request, network_slug)
    return _shown(request, board, board.pages(timezone.now()), page)


@gzip_page
@require_safe
def news_item(request: HttpRequest, item: str, network_slug: str | None = None) -> HttpResponse:
    """Answer a news item of a network."""
    board = board_asked(request, network_slug)
    return _shown(request, board, board.news(timezone.now()), item)


@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer a picture of a text: under the host of a network, its own alone."""
    shown = request.network  # type: ignore[attr-defined]
    try:
        data = read_picture(digest[:32], network_id=shown.pk if shown else None)
    except NotFound as error:
        raise Http404 from error
    return answer_photo(data)


def _shown(request: HttpRequest, board: Board, lines: list[Line], slug: str) -> HttpResponse:
    line = next((each for each in lines if each.slug == slug), None)
    if line is None:
        raise Http404
    versions = Version.objects.select_related("publication")
    version = versions.filter(publication_id=line.key, number=line.number).first()
    if version is None:
        raise Http404
    text = article(version)
    own = request.network is not None  # type: ignore[attr-defined]
    news = line.kind == PublicationKind.NEWS
    context: dict[str, Any] = {
        "board": board,
        "line": line,
        "article": text,
        "news": news,
        "back": path_of(board, "news", own=own),
        "canonical": whole_of(board, line),
        "preview": _preview(board, text) if text.picture else None,
        "structured": as_script(_data(board, line, text)) if news else "",
    }
    return render(request, "site/network/article.html", context)


def _preview(board: Board, text: Article) -> Preview:
    shown = text.picture
    src = f"{site_of(board)}{shown.src}" if shown else ""
    return Preview(
        text.title, text.summary or board.name, src, shown.alt if shown else "", kind="article"
    )


def _data(board: Board, line: Line, text: Article) -> dict[str, Any]:
    """Return what search engines read of a news item. Source: https://schema.org/NewsArticle"""
    address = whole_of(board, line)
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "headline": Truncator(text.title).chars(110),
        "inLanguage": text.language,
        "datePublished": line.appears.isoformat(timespec="seconds"),
        "dateModified": max(line.changed, line.appears).isoformat(timespec="seconds"),
        "author": {"@type": "Organization", "name": board.name},
        "publisher": {"@type": "Organization", "name": board.name},
        "isPartOf": {"@type": "CollectionPage", "url": whole(board, "news")},
    }
    if text.summary:
        told["description"] = text.summary
    if text.picture:
        told["image"] = [site_of(board) + text.picture.src]
    return told

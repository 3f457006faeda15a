"""Results: each answers in one line what the reader came for."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import ProductFormat, ProductKind
from comptoir.search.query import Hit, SearchPage, SearchRequest, search
from comptoir.search.reader import IndexMissing
from comptoir.site.near import Near, read_near, remember
from comptoir.site.neighbours.part import beside_search, fragment
from comptoir.site.present import OfferRow, offer_rows
from comptoir.site.rows import result_lines
from comptoir.stock.shelf.nearest import first_choice
from comptoir.stock.shelf.standing import ShopOffer
from comptoir.ui.errors import page as error_page

PAGE = 20
KILOMETRES = ("2", "5", "10", "25", "50", "100")
BOOK_FORMATS = ("paperback", "pocket", "hardback", "comic", "board_book", "audiobook", "book")
RECORD_FORMATS = ("lp", "ep", "single", "cd", "cassette")


@dataclass(frozen=True, slots=True)
class Result:
    """A title that was found, and the first offer of it."""

    hit: Hit
    best: OfferRow | None

    @property
    def others(self) -> int:
        """How many more shops have it."""
        return self.hit.nearest.shop_count - 1

    @property
    def used(self) -> int:
        """How many copies are second-hand; 0 when the first offer is the only one and says so."""
        count = self.hit.nearest.used_count
        return 0 if count == 1 and self.best and self.best.used else count


@gzip_page
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Answer a search; without a question, the form alone."""
    near = read_near(request)
    asked = _asked(request, near)
    text = asked.text
    try:
        page = search(asked) if text else None
    except IndexMissing:
        return error_page(request, 503)
    context = {
        "q": text,
        "near": near,
        "kind": asked.kind or "",
        "format": asked.format or "",
        "within": request.GET.get("within", "") if asked.in_stock else "",
        "kinds": [(kind.value, kind.label) for kind in (ProductKind.BOOK, ProductKind.RECORD)],
        "formats": _formats(asked.kind),
        "distances": KILOMETRES,
        "page": page,
        "lines": result_lines(_results(page.hits), request) if page and page.hits else "",
        "filtered": bool(asked.kind or asked.format or asked.in_stock),
        "beside": beside_search(request, near, asked, _first_offers(page)),
    }
    response = render(request, "site/search.html", context)
    remember(response, near)
    return response


@require_safe
def neighbours(request: HttpRequest) -> HttpResponse:
    """Answer the part of a search's page that tells what neighbours have."""
    near = read_near(request)
    return fragment(request, beside_search(request, near, _asked(request, near)))


def _asked(request: HttpRequest, near: Near) -> SearchRequest:
    """Return the question; a filter that means nothing is no filter."""
    text = " ".join(request.GET.get("q", "")[:200].split())
    kind = request.GET.get("kind", "")
    kind = kind if kind in ProductKind.values else ""
    chosen = request.GET.get("format", "")
    if chosen not in ProductFormat.values or (kind and chosen not in _of_kind(kind)):
        chosen = ""
    within = request.GET.get("within", "")
    kilometres = float(within) if within in KILOMETRES and near.point else None
    return SearchRequest(
        text=text,
        near=near.point,
        radius_km=kilometres,
        in_stock=bool(kilometres) or within in ("any", *KILOMETRES),
        kind=kind or None,
        format=chosen or None,
        limit=PAGE,
        cursor=request.GET.get("cursor", "")[:200] or None,
    )


def _of_kind(kind: str) -> tuple[str, ...]:
    return BOOK_FORMATS if kind == ProductKind.BOOK else RECORD_FORMATS


def _formats(kind: str | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of the format filter, in groups, only those of the chosen kind."""
    groups = {ProductKind.BOOK.value: _("Books"), ProductKind.RECORD.value: _("Records")}
    return [
        (str(label), [(name, str(ProductFormat(name).label)) for name in _of_kind(group)])
        for group, label in groups.items()
        if kind in (None, "", group)
    ]


def _first_offers(page: SearchPage | None) -> list[ShopOffer]:
    return [offer for hit in (page.hits if page else ()) for offer in hit.nearest.offers[:1]]


def _results(hits: list[Hit]) -> list[Result]:
    had = [hit.nearest.offers for hit in hits]
    rows = iter(offer_rows([first_choice(offers) for offers in had if offers]))
    return [Result(hit, next(rows) if hit.nearest.offers else None) for hit in hits]

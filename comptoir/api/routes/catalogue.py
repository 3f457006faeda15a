"""Products, and who has them."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from comptoir.api import plain, render, requests
from comptoir.api.documents import or_unchanged
from comptoir.api.problems import Refused
from comptoir.api.render import LONGEST_EAN, public
from comptoir.api.schemas import AvailabilityOut, ProductFullOut, ProductPageOut
from comptoir.catalogue.models import ProductFormat, ProductKind
from comptoir.catalogue.reads import find_product
from comptoir.search.query import MAX_LIMIT, SearchPage, SearchRequest, search
from comptoir.search.reader import IndexMissing
from comptoir.stock.shelf.standing import in_public

router = Router(tags=[_("Products")], by_alias=True)

Ean = Annotated[
    str,
    Path(
        max_length=LONGEST_EAN, description=_("EAN, ISBN-10, or the `ref` of a product without one")
    ),
]


@router.get(
    "/products", response=or_unchanged(ProductPageOut), summary=_("Search, with who has it near")
)
def search_products(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200, description=_("Title, name, series, EAN…"))] = "",
    near: requests.Near = "",
    radius_km: Annotated[
        float | None,
        Query(gt=0, le=2000, description=_("Needs `near`; cuts the offers shown to it")),
    ] = None,
    in_stock: Annotated[bool, Query(description=_("Only what a shop has now"))] = False,
    kind: ProductKind | None = None,
    format: ProductFormat | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    centre = requests.point(near)
    requests.metres(radius_km, centre)
    page = _search(
        SearchRequest(
            text=q,
            near=centre,
            radius_km=radius_km,
            in_stock=in_stock,
            kind=kind.value if kind else None,
            format=format.value if format else None,
            limit=limit,
            cursor=requests.read_cursor(cursor, of="products")[0] if cursor else None,
        )
    )
    now = timezone.now()
    following = (
        requests.write_cursor([page.next_cursor], of="products") if page.next_cursor else None
    )
    return render.public_text(request, plain.hits(page, following, now), seconds=15)


@router.get("/products/{ean}", response=or_unchanged(ProductFullOut), summary=_("One product"))
def product(request: HttpRequest, ean: Ean) -> HttpResponse:
    return public(request, render.full_product(in_public(find_product(ean))), seconds=300)


@router.get(
    "/products/{ean}/availability",
    response=or_unchanged(AvailabilityOut),
    summary=_("Who has one product now"),
)
def availability(
    request: HttpRequest,
    ean: Ean,
    near: requests.Near = "",
    radius_km: requests.RadiusKm = None,
) -> HttpResponse:
    centre = requests.point(near)
    return plain.availability(request, ean, centre, requests.metres(radius_km, centre))


def _search(request: SearchRequest) -> SearchPage:
    try:
        return search(request)
    except IndexMissing as error:
        raise Refused(
            503, "search_not_ready", gettext_lazy("The search is being prepared: try again soon.")
        ) from error

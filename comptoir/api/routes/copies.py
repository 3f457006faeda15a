"""Used copies that there is only one of, put on sale by a shop's own program."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Router

from comptoir.api import render, requests
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.documents import NEEDED
from comptoir.api.render import private
from comptoir.api.schemas import CopyEnteredOut, CopyIn, ShopCopyPageOut
from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import read_key
from comptoir.core.limits import Limit, count
from comptoir.stock.copies.operations import CopyDetails, enter_copy, new_ref
from comptoir.stock.shelf.copies import copies_of

PER_TOKEN = Limit("api_copies", 120)
router = Router(tags=[_("Stock")], by_alias=True, auth=ShopToken())


@router.get(
    "/shops/{siret}/copies",
    response=ShopCopyPageOut,
    summary=_("The shop's used copies on sale, newest first"),
)
def on_sale(
    request: HttpRequest,
    siret: requests.ShopName,
    cursor: requests.Cursor = "",
    limit: requests.Limit = 20,
) -> HttpResponse:
    found = copies_of(shop_of(siret, bearer(request)))
    if cursor:
        found = found.filter(pk__lt=_place(cursor))
    offers = [each.offer for each in found[: limit + 1]]
    more = str(offers[limit - 1].pk) if len(offers) > limit else None
    items = [render.shop_copy(offer) for offer in offers[:limit]]
    return private(ShopCopyPageOut(items=items, next_cursor=more))


@router.post(
    "/shops/{siret}/copies",
    response={201: CopyEnteredOut},
    summary=_("Put a used copy on sale, by itself"),
    openapi_extra=NEEDED,
)
def enter(
    request: HttpRequest, siret: requests.ShopName, entered: CopyIn | None = None
) -> HttpResponse:
    actor = bearer(request)
    count(PER_TOKEN, f"token:{actor.id}")
    shop = shop_of(siret, actor)
    if entered is None:
        raise Invalid("bad_body", gettext_lazy("Say which copy: the body is empty."))
    product = find_product(entered.product, shop.pk)
    offer = enter_copy(
        shop=shop,
        product_id=product.pk,
        details=CopyDetails(entered.condition, entered.price_cents, entered.sleeve, entered.note),
        actor=actor,
        ref=entered.ref or new_ref(),
    )
    answer = CopyEnteredOut(
        offer=offer.pk, product=product.number or product.ref, ref=offer.copy_ref
    )
    return private(answer, status=201)


def _place(cursor: str) -> int:
    key = read_key(cursor)
    if key is None:
        raise Invalid("bad_cursor", gettext_lazy("This cursor is not one of ours."))
    return key

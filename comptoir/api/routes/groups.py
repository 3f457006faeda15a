"""Orders of several shops in one act, for the customer who has the secret of the group."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from comptoir.accounts.actors import READER
from comptoir.api import names, render, reserve
from comptoir.api.auth import actor_or_reader
from comptoir.api.documents import body, header
from comptoir.api.problems import Refused as RefusedByHttp
from comptoir.api.problems import invalid_fields
from comptoir.api.schemas import SLOT, CustomerIn, Given, OrderLineIn, OrderOut, Plain
from comptoir.api.trade.payment import open_page
from comptoir.api.trade.postal import PostedIn
from comptoir.catalogue.models import Product
from comptoir.core.errors import DomainError
from comptoir.orders.errors import GroupRefused
from comptoir.orders.group import GroupMode, OrderGroup, Refused
from comptoir.orders.models import Channel, Delivery
from comptoir.orders.operations import cancel_group as cancel_all
from comptoir.orders.operations import place_group as place_all
from comptoir.orders.operations.groups.requests import GroupRequest, Part
from comptoir.orders.operations.requests import MAX_LINES, Customer
from comptoir.orders.reads import group_by_token
from comptoir.shops.memory import directory

PATH = "/api/v1/order-groups"
router = Router(tags=[_("Orders")], by_alias=True)
Token = Annotated[str, Path(max_length=64, description=_("The secret of this group"))]


class PartIn(Given, PostedIn):
    shop: Plain = Field(max_length=80, description=_("SIRET or slug"))
    lines: list[OrderLineIn] = Field(min_length=1, max_length=MAX_LINES)
    slot: AwareDatetime | None = Field(None, description=SLOT)


class GroupIn(Given):
    mode: GroupMode = Field(
        GroupMode.EACH,
        description=_(
            "`each`: a shop that cannot keep its part is refused alone; `all`: everything is"
            " reserved or nothing"
        ),
    )
    orders: list[PartIn] = Field(
        min_length=1,
        max_length=MAX_LINES,
        description=_("Each shop once, 20 titles at most in all"),
    )
    customer: CustomerIn


class PartRefusedOut(BaseModel):
    shop: str | None = Field(description=_("The shop’s slug"))
    code: str = Field(description=_("Stable: for programs"))
    detail: str
    products: list[str] = Field(description=_("The `ref` of each title asked for there"))


class GroupOut(BaseModel):
    token: str = Field(description=_("The secret of this group: its address"))
    mode: GroupMode
    placed_at: datetime
    url: str = Field(description=_("The page for people"))
    orders: list[OrderOut]
    refused: list[PartRefusedOut] = Field(
        description=_("Of mode `each`: the parts that were not reserved")
    )


@router.post(
    "/order-groups",
    response={201: GroupOut},
    summary=_("Reserve in several shops at once"),
    openapi_extra=body(GroupIn)
    | header(
        "Idempotency-Key", _("New for each group, the same when one is tried again"), person=True
    ),
)
def place_group(request: HttpRequest) -> HttpResponse:
    if actor_or_reader(request) is not READER:
        raise RefusedByHttp(
            403,
            "readers_alone",
            gettext_lazy("Several shops are a reader’s to ask: send this without a token."),
        )
    reserve.count_reader(request)
    attempt = reserve.attempt_of(request, request.body, READER)
    try:
        asked = GroupIn.model_validate_json(request.body)
    except ValidationError as error:
        return invalid_fields(error.errors(include_url=False, include_context=False))
    is_person = reserve.is_vouched(request, asked.customer.email)
    if not is_person:
        reserve.check_flood(request)
    try:
        group = place_all(_wanted(asked, attempt, is_person=is_person))
    except GroupRefused as refusal:
        told = [each.model_dump() for each in _refused(refusal.refused)]
        raise RefusedByHttp(409, refusal.code, refusal.message, refused=told) from None
    for each in group.orders.all():
        if each.delivery == Delivery.MAIL and each.ended_at is None:
            with suppress(DomainError):  # `payment` may be asked again
                open_page(each)
    response = render.private(_told(group.token), status=201)
    response["Location"] = f"{PATH}/{group.token}"
    return response


@router.get("/order-groups/{group_token}", response=GroupOut, summary=_("The orders of one group"))
def group(request: HttpRequest, group_token: Token) -> HttpResponse:  # noqa: ARG001
    return render.private(_told(group_token))


@router.post(
    "/order-groups/{group_token}/cancel",
    response=GroupOut,
    summary=_("Cancel all orders of a group"),
)
def cancel_group(request: HttpRequest, group_token: Token) -> HttpResponse:  # noqa: ARG001
    cancel_all(token=group_token, actor=READER)
    return render.private(_told(group_token))


def _wanted(asked: GroupIn, attempt: reserve.Attempt, *, is_person: bool) -> GroupRequest:
    """Return what is asked for, by keys; `is_person`: by whose address it is, and not by anybody.
    Raises what `names.resolve` does: such a name is wrong, and not a shop that has run out."""
    parts = []
    for part in asked.orders:
        # Looked up anew each time: what is remembered may be wrong by now, and some of a group may
        # be placed before that shows.
        names.forget(part)
        keys = names.resolve(part)
        slot = part.slot.astimezone(UTC) if part.slot else None
        lines, total = names.unsure_requests(part, keys), part.total_cents
        parts.append(Part(keys[0].shop_id, lines, slot, part.to(), total))
    person = asked.customer
    language = person.language or get_language() or "fr"
    return GroupRequest(
        mode=asked.mode,
        parts=tuple(parts),
        customer=Customer(person.name, person.email, person.phone, language),
        channel=Channel.API,
        actor=READER,
        verified=is_person,
        idempotency_key=attempt.key,
        request_digest=attempt.digest,
        address=attempt.address,
        host=attempt.host,
    )


def _told(token: str) -> GroupOut:
    """Return the group as it is now. Raises `NotFound`."""
    found: OrderGroup = group_by_token(token)
    return GroupOut(
        token=found.token,
        mode=GroupMode(found.mode),
        placed_at=found.placed_at,
        url=render.page_of("site:group", found.token),
        orders=[render.order(each, render.refs_of(each)) for each in found.orders.all()],
        refused=_refused(found.refusals),
    )


def _refused(parts: Sequence[Refused]) -> list[PartRefusedOut]:
    keys = {key for each in parts for key in each.product_ids}
    titles = Product.objects.only("ean").in_bulk(keys) if keys else {}
    shops = directory().shops
    return [
        PartRefusedOut(
            shop=shops[each.shop_id].slug if each.shop_id in shops else None,
            code=each.code,
            detail=each.words,
            products=[titles[key].ref for key in each.product_ids if key in titles],
        )
        for each in parts
    ]

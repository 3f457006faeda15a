"""Webhooks of a shop: their endpoints, what was sent, and the same once more."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from comptoir.accounts.actors import Actor
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.documents import NEEDED
from comptoir.api.render import private
from comptoir.api.requests import ShopName
from comptoir.api.schemas import Given, Plain
from comptoir.core import limits
from comptoir.webhooks import operations
from comptoir.webhooks.models import Delivery, Endpoint, Event
from comptoir.webhooks.reads import deliveries_of, find_endpoint, state_of

PER_TOKEN = limits.Limit("api_webhooks", 30)
router = Router(tags=[_("Webhooks")], by_alias=True, auth=ShopToken())

_ONE = "/shops/{siret}/webhooks/{int:endpoint_id}"
Before = Annotated[
    int | None, Query(ge=1, lt=2**63, description=_("`next_before` of the page before"))
]
Limit = Annotated[int, Query(ge=1, le=100)]


class WebhookIn(Given):
    url: Plain = Field(
        max_length=2000, description=_("Begins with `https://`, at a public address")
    )
    events: list[Event] = Field([], description=_("All without it"))


class WebhookOut(BaseModel):
    id: int
    url: str = Field(description=_("Without its query, which often holds a secret"))
    events: list[str]
    state: str = Field(description=_("`working`, `failing`, `paused` or `disabled`"))
    created_at: datetime


class WebhookSecretOut(WebhookOut):
    secret: str = Field(description=_("Shown this once"))


class WebhookListOut(BaseModel):
    items: list[WebhookOut]


class AttemptOut(BaseModel):
    at: datetime
    status: int | None = Field(description=_("What was answered; nothing if nobody did"))
    milliseconds: int
    note: str


class DeliveryOut(BaseModel):
    id: int
    webhook_id: str = Field(description=_("The header of the message, the same at every try"))
    event: str
    status: str = Field(description=_("`pending`, `delivered` or `failed`"))
    created_at: datetime
    next_at: datetime | None
    attempts: list[AttemptOut]


class DeliveryPageOut(BaseModel):
    items: list[DeliveryOut]
    next_before: int | None = Field(description=_("To be sent as `before` for the next page"))


@router.get("/shops/{siret}/webhooks", response=WebhookListOut, summary=_("Who is told"))
def webhooks(request: HttpRequest, siret: ShopName) -> HttpResponse:
    shop = shop_of(siret, bearer(request))
    found = Endpoint.objects.filter(shop=shop).order_by("pk")
    return private(WebhookListOut(items=[_webhook(each) for each in found]))


@router.post(
    "/shops/{siret}/webhooks",
    response={201: WebhookSecretOut},
    summary=_("Tell an address"),
    openapi_extra=NEEDED,
)
def add_webhook(
    request: HttpRequest, siret: ShopName, asked: WebhookIn | None = None
) -> HttpResponse:
    actor = _braked(request)
    shop = shop_of(siret, actor)
    url, events = (asked.url, asked.events) if asked else ("", [])
    endpoint, secret = operations.add_endpoint(shop=shop, url=url, events=events, actor=actor)
    return _with_secret(endpoint, secret, status=201)


@router.get(_ONE, response=WebhookOut, summary=_("One of them"))
def webhook(request: HttpRequest, siret: ShopName, endpoint_id: int) -> HttpResponse:
    shop = shop_of(siret, bearer(request))
    return private(_webhook(find_endpoint(shop, endpoint_id)))


@router.delete(_ONE, response={204: None}, summary=_("Forget it, with its log"))
def remove_webhook(request: HttpRequest, siret: ShopName, endpoint_id: int) -> HttpResponse:
    _do(request, siret, endpoint_id, operations.remove_endpoint)
    return HttpResponse(status=204)


@router.post(_ONE + "/secret", response=WebhookSecretOut, summary=_("Give it a new secret"))
def rotate_webhook(request: HttpRequest, siret: ShopName, endpoint_id: int) -> HttpResponse:
    actor = _braked(request)
    endpoint, secret = operations.rotate_secret(
        shop=shop_of(siret, actor), endpoint_id=endpoint_id, actor=actor
    )
    return _with_secret(endpoint, secret, status=200)


@router.post(_ONE + "/pause", response=WebhookOut, summary=_("Send it nothing for now"))
def pause_webhook(request: HttpRequest, siret: ShopName, endpoint_id: int) -> HttpResponse:
    _do(request, siret, endpoint_id, operations.pause_endpoint)
    return webhook(request, siret, endpoint_id)


@router.post(_ONE + "/resume", response=WebhookOut, summary=_("Tell it again"))
def resume_webhook(request: HttpRequest, siret: ShopName, endpoint_id: int) -> HttpResponse:
    _do(request, siret, endpoint_id, operations.resume_endpoint)
    return webhook(request, siret, endpoint_id)


@router.post(_ONE + "/test", response=DeliveryOut, summary=_("Send it a test message"))
def test_webhook(request: HttpRequest, siret: ShopName, endpoint_id: int) -> HttpResponse:
    actor = _braked(request)
    shop = shop_of(siret, actor)
    sent = operations.send_test(shop=shop, endpoint_id=endpoint_id, actor=actor)
    return private(_delivery(deliveries_of(shop, endpoint_id).get(pk=sent.pk)))


@router.get(_ONE + "/messages", response=DeliveryPageOut, summary=_("What it was told"))
def messages(
    request: HttpRequest,
    siret: ShopName,
    endpoint_id: int,
    limit: Limit = 20,
    before: Before = None,
) -> HttpResponse:
    found = deliveries_of(shop_of(siret, bearer(request)), endpoint_id)
    if before is not None:
        found = found.filter(message_id__lt=before)
    page = list(found[: limit + 1])
    more = len(page) > limit
    items = [_delivery(each) for each in page[:limit]]
    last = page[limit - 1].message_id if more else None
    return private(DeliveryPageOut(items=items, next_before=last))


@router.post(
    "/shops/{siret}/webhook-messages/{int:delivery_id}/replay",
    response=DeliveryOut,
    summary=_("Send a message again"),
)
def replay(request: HttpRequest, siret: ShopName, delivery_id: int) -> HttpResponse:
    actor = _braked(request)
    shop = shop_of(siret, actor)
    again = operations.replay(shop=shop, delivery_id=delivery_id, actor=actor)
    return private(_delivery(deliveries_of(shop, again.endpoint_id).get(pk=again.pk)))


def _braked(request: HttpRequest) -> Actor:
    """Return who has something sent or made, counted. Raises `TooMany`."""
    actor = bearer(request)
    limits.count(PER_TOKEN, f"token:{actor.id}")
    return actor


def _do(request: HttpRequest, siret: str, endpoint_id: int, verb: Callable[..., object]) -> None:
    actor = bearer(request)
    verb(shop=shop_of(siret, actor), endpoint_id=endpoint_id, actor=actor)


def _with_secret(endpoint: Endpoint, secret: str, *, status: int) -> HttpResponse:
    body = WebhookSecretOut(**_webhook(endpoint).model_dump(), secret=secret)
    return private(body, status=status)


def _webhook(endpoint: Endpoint) -> WebhookOut:
    return WebhookOut(
        id=endpoint.pk,
        url=endpoint.address,
        events=endpoint.events,
        state=state_of(endpoint),
        created_at=endpoint.created_at,
    )


def _delivery(delivery: Delivery) -> DeliveryOut:
    waits = delivery.status == "pending"
    return DeliveryOut(
        id=delivery.pk,
        webhook_id=delivery.message.ref,
        event=delivery.message.event,
        status=delivery.status,
        created_at=delivery.message.created_at,
        next_at=delivery.next_at if waits else None,
        attempts=[
            AttemptOut(at=x.at, status=x.status, milliseconds=x.milliseconds, note=x.note)
            for x in delivery.attempts.all()
        ],
    )

"""The answer to a form that is refused and where nothing can be corrected: what happened, and what
can be done instead. One page for all who are told the same (`refusals`)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.log import log_response

from comptoir.core.errors import DomainError
from comptoir.orders.errors import GroupRefused
from comptoir.shops.memory import directory
from comptoir.shops.places import Point
from comptoir.site.answers.fields import keep_typed
from comptoir.site.answers.refusals import FINAL, TOKEN, Reader, pages, reader_of
from comptoir.site.basket import Basket, Part, parts
from comptoir.stock.errors import CopiesGone

PAGE = "site/reserve.html"
PAGE_OF_SEVERAL = "site/reserve_group.html"


def back_to(asked: Basket, form: str) -> str:
    """Return the address of a form (the name of its view) for the one shop of these lines."""
    shop = directory().shops.get(asked.lines[0].shop_id)
    return f"{reverse(form)}?shop={shop.slug if shop else ''}"


def told_to_all(
    request: HttpRequest, asked: Basket, typed: dict[str, str], refusal: DomainError, back: str
) -> HttpResponse | None:
    """Answer a form that is refused with the page that says so to all; None where something of it
    can be corrected. `back` leads to the form."""
    if (page := final_page(request, asked, refusal, back)) is None:
        return None
    response = HttpResponse(page, status=409)
    keep_typed(response, typed)
    return response


def refuse_by_page(
    request: HttpRequest,
    reader: Reader | None,
    typed: dict[str, str],
    response: HttpResponse,
    refusal: DomainError,
) -> bool:
    """Make the answer to a form that was taken the page that refuses it, if that one is drawn."""
    page = pages.find(reader, refusal, request)
    if page is None:
        return False
    response.status_code, response.content = 409, page.encode()
    response.headers.pop("Location", None)
    response.headers["Content-Length"] = str(len(response.content))
    keep_typed(response, typed)
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
    return True


def final_page(request: HttpRequest, asked: Basket, refusal: DomainError, back: str) -> str | None:
    """Return the page that refuses a form, the one that is kept or one drawn now; `back` leads to
    the form. None where something of it can be corrected."""
    if not isinstance(refusal, FINAL):
        return None
    reader = reader_of(request, asked, back)
    if page := pages.find(reader, refusal, request):
        return page
    found = _as_it_stands(asked)
    several = isinstance(refusal, GroupRefused)
    said = _said_to_several(found, refusal) if several else _said_of_one(found, refusal)
    if said is None:
        return None
    template = PAGE_OF_SEVERAL if several else PAGE
    context = {"csrf_token": TOKEN, "final": True, "back": back, **said}
    return pages.keep(reader, refusal, request, render_to_string(template, context, request))


def _said_of_one(found: list[Part], refusal: DomainError) -> dict[str, Any] | None:
    """Return what the page says of the one shop; None where the form can be sent corrected."""
    if not found:
        return None
    part, gone = found[0], isinstance(refusal, CopiesGone)
    if part.some_left if gone else len(part.lines) > 1:
        return None
    said = "" if gone else str(refusal.message)
    return {"part": part, "copies_gone": gone, "refusal": said}


def _said_to_several(found: list[Part], refusal: DomainError) -> dict[str, Any] | None:
    """Return what the page says of several shops; None where one of them has something left."""
    if not found or any(part.some_left for part in found):
        return None
    said = str(refusal.message)
    elsewhere = any(part.gone for part in found)
    return {"parts": found, "shops": len(found), "refusal": said, "elsewhere": elsewhere}


def _as_it_stands(asked: Basket) -> list[Part]:
    """Return what was asked for by shop, other shops the nearest to the first of them first."""
    shop = directory().shops.get(asked.lines[0].shop_id)
    return parts(asked, Point(shop.latitude, shop.longitude) if shop else None)

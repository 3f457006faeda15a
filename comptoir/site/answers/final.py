"""The answer to a form that is refused and where nothing can be corrected: what happened, and what
can be done instead. One page for all who are told the same (`refusals`)."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from comptoir.core.errors import DomainError
from comptoir.shops.memory import directory
from comptoir.shops.places import Point
from comptoir.site.answers.refusals import FINAL, TOKEN, pages, reader_of
from comptoir.site.basket import Basket, Part, parts
from comptoir.stock.errors import CopiesGone

PAGE = "site/reserve.html"


def back_to(asked: Basket, form: str) -> str:
    """Return the address of a form (the name of its view) for the one shop of these lines."""
    shop = directory().shops.get(asked.lines[0].shop_id)
    return f"{reverse(form)}?shop={shop.slug if shop else ''}"


def final_page(request: HttpRequest, asked: Basket, refusal: DomainError, back: str) -> str | None:
    """Return the page that refuses a form of one shop, the one that is kept or one drawn now;
    `back` leads to the form. None where something of it can be corrected."""
    reader = reader_of(request, asked, back)
    if page := pages.find(reader, refusal, request):
        return page
    part = _as_it_stands(asked) if isinstance(refusal, FINAL) else None
    if part is None:
        return None
    gone = isinstance(refusal, CopiesGone)
    if part.some_left if gone else len(part.lines) > 1:
        return None
    said = "" if gone else str(refusal.message)
    context = {"csrf_token": TOKEN, "part": part, "copies_gone": gone, "refusal": said}
    drawn = render_to_string(PAGE, {**context, "final": True, "back": back}, request)
    return pages.keep(reader, refusal, request, drawn)


def _as_it_stands(asked: Basket) -> Part | None:
    """Return the part of the one shop of a basket, other shops the nearest to it first."""
    shop = directory().shops.get(asked.lines[0].shop_id)
    near = Point(shop.latitude, shop.longitude) if shop else None
    return next(iter(parts(asked, near)), None)

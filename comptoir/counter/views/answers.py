"""What every screen does the same way: try a verb, say what came of it, show the page again."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comptoir.core.errors import Conflict, Invalid
from comptoir.counter.scope import Desk
from comptoir.stock.arrivals.silence import silences

T = TypeVar("T")


def attempt(request: HttpRequest, verb: Callable[[], T]) -> T | None:
    """Run a verb. What it refuses is told on the next page, and None returned.

    `NotFound` and `Forbidden` pass through: they have pages of their own.
    """
    try:
        return verb()
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
        return None


def page(request: HttpRequest, desk: Desk, template: str, **context: Any) -> HttpResponse:  # noqa: ANN401
    """Render a page of a shop's counter; every whole page warns of a till that is silent."""
    context |= {"desk": desk, "shop": desk.shop}
    if "is_fragment" not in context:
        context["silences"] = silences(desk.shop)
    return render(request, f"counter/{template}.html", context)

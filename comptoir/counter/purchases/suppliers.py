"""Of whom the shop buys."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Conflict, DomainError, Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.purchases.kinds import Way
from comptoir.purchases.models import Supplier
from comptoir.purchases.operations import (
    SupplierSaid,
    end_supplier,
    write_own_gln,
    write_supplier,
)
from comptoir.purchases.operations.suppliers import supplier_in
from comptoir.purchases.reads import own_gln_of

FIELDS = ("name", "way", "email", "gln", "customer_number")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def suppliers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the suppliers; enter one, or the shop's own GLN."""
    if "own_gln" in request.POST:
        return _write_own(request, desk)
    if request.method == "POST":
        return _write(request, desk, None)
    return _screen(request, desk, None)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def supplier(request: HttpRequest, desk: Desk, supplier_id: int) -> HttpResponse:
    """Show one supplier; change it, or buy of it no more."""
    found = supplier_in(desk.shop, supplier_id)
    if "end" in request.POST:
        end_supplier(shop=desk.shop, supplier_id=supplier_id, actor=desk.actor)
        messages.success(request, _("%(name)s is no supplier any more.") % {"name": found.name})
        return redirect("counter:suppliers", desk.shop.slug)
    if request.method == "POST":
        return _write(request, desk, found)
    return _screen(request, desk, found)


def _write(request: HttpRequest, desk: Desk, found: Supplier | None) -> HttpResponse:
    said = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        done = write_supplier(
            shop=desk.shop,
            said=SupplierSaid(**said),
            actor=desk.actor,
            supplier_id=found.pk if found else None,
        )
    except (Conflict, Invalid) as refusal:
        return _screen(request, desk, found, said, refusal)
    messages.success(request, _("Saved: %(name)s.") % {"name": done.name})
    return redirect("counter:suppliers", desk.shop.slug)


def _write_own(request: HttpRequest, desk: Desk) -> HttpResponse:
    typed = request.POST["own_gln"]
    try:
        write_own_gln(shop=desk.shop, gln=typed, actor=desk.actor)
    except Invalid as refusal:
        return _screen(request, desk, None, own_gln=typed, own_refusal=refusal)
    messages.success(request, _("Saved."))
    return redirect("counter:suppliers", desk.shop.slug)


def _screen(
    request: HttpRequest,
    desk: Desk,
    found: Supplier | None,
    said: dict[str, str] | None = None,
    refusal: DomainError | None = None,
    **own: Any,  # noqa: ANN401
) -> HttpResponse:
    known = {name: getattr(found, name) for name in FIELDS} if found else {"way": Way.DILICOM.value}
    context: dict[str, Any] = {
        "supplier": found,
        "typed": said or known,
        "refusal": refusal,
        "wrong": refusal.data.get("field") if refusal else None,
        "ways": Way.choices,
        "suppliers": [] if found else Supplier.objects.filter(shop=desk.shop, ended_at=None),
    }
    if not found:
        context |= {"own_gln": own_gln_of(desk.shop)} | own
    return page(request, desk, "suppliers", **context)

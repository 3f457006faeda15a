"""What is to be ordered, a list a supplier, and what was ordered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Invalid, NotFound
from comptoir.core.identifiers import read_key
from comptoir.counter.scan import read_quantity, read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.purchases.errors import no_such_supplier
from comptoir.purchases.kinds import Way
from comptoir.purchases.models import Supplier
from comptoir.purchases.operations import accept, assign, send, wish
from comptoir.purchases.reads import lists_of, purchases_of


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def purchases(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the lists; put a title that was scanned on the shop's own."""
    if request.method == "POST":
        added = attempt(request, lambda: _add(request, desk))
        if added is not None:
            messages.success(request, _("On the list: %(title)s.") % {"title": _name(added)})
        return redirect("counter:purchases", desk.shop.slug)
    lists = lists_of(shop=desk.shop, actor=desk.actor)
    return page(
        request,
        desk,
        "purchases",
        unassigned=[each for each in lists if each.supplier is None],
        lists=[each for each in lists if each.supplier is not None],
        sent=purchases_of(shop=desk.shop, actor=desk.actor),
        suppliers=Supplier.objects.filter(shop=desk.shop, ended_at=None),
        ways=Way.choices,
    )


def _add(request: HttpRequest, desk: Desk) -> Product:
    try:
        product = find_product(read_scan(request.POST.get("code", "")), desk.shop.pk)
    except NotFound as unknown:
        # Of a field that somebody typed in, not of an address: the page says it.
        raise Invalid("no_product", unknown.message, field="code") from None
    quantity = read_quantity(request.POST.get("quantity", "") or "1", least=1)
    wish(shop=desk.shop, product=product, quantity=quantity, actor=desk.actor, add=True)
    return product


@require_POST
@at_the_desk
def wished(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Set how many copies of a title the shop wants for its shelf."""
    product = find_product(ref, desk.shop.pk)

    def change() -> bool:
        quantity = read_quantity(request.POST.get("quantity", ""), least=0)
        wish(shop=desk.shop, product=product, quantity=quantity, actor=desk.actor)
        return True

    attempt(request, change)
    return redirect("counter:purchases", desk.shop.slug)


@require_POST
@at_the_desk
def assigned(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Say of whom a title is bought."""
    product = find_product(ref, desk.shop.pk)
    supplier = assign(
        shop=desk.shop,
        product=product,
        supplier_id=read_key(request.POST.get("supplier", "")) or 0,
        whole_publisher="publisher" in request.POST,
        actor=desk.actor,
    )
    told = _("%(title)s: ordered of %(supplier)s from now on.")
    if "publisher" in request.POST and product.publisher:
        told = _("Titles of %(publisher)s: ordered of %(supplier)s from now on.")
    said = {
        "title": _name(product),
        "publisher": product.publisher,
        "supplier": supplier.name,
    }
    messages.success(request, told % said)
    return redirect("counter:purchases", desk.shop.slug)


@require_POST
@at_the_desk
def accepted(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Buy a title and all of its publisher of the distributor that notices name."""
    product = find_product(ref, desk.shop.pk)
    supplier = attempt(request, lambda: accept(shop=desk.shop, product=product, actor=desk.actor))
    if supplier is not None:
        told = _("Titles of %(publisher)s: ordered of %(supplier)s from now on.")
        said = {"publisher": product.publisher, "supplier": supplier.name}
        messages.success(request, told % said)
    return redirect("counter:purchases", desk.shop.slug)


@require_POST
@at_the_desk
def ordered(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Order a list of its supplier. Leads to the purchase."""
    key = read_key(request.POST.get("supplier", ""))
    if key is None:
        raise no_such_supplier()
    done = attempt(
        request,
        lambda: send(
            shop=desk.shop,
            supplier_id=key,
            seen=request.POST.get("seen", ""),
            actor=desk.actor,
            way=request.POST.get("way", ""),
        ),
    )
    if done is None:
        return redirect("counter:purchases", desk.shop.slug)
    told = _("Ordered: number %(number)d.")
    if done.mailed_to:
        told = _("Ordered: number %(number)d, and the mail is on its way to %(address)s.")
    messages.success(request, told % {"number": done.number, "address": done.mailed_to})
    return redirect("counter:purchase", desk.shop.slug, done.number)


def _name(product: Product) -> str:
    return product.title or product.number or product.ref

"""A list of titles posted from several shops: where to, ways and what each costs, the address once,
and one act that orders at each shop. Nothing of it needs JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.catalogue.models import Product
from comptoir.core.errors import DomainError, Faults, Invalid
from comptoir.core.flood.gauge import Form
from comptoir.core.identifiers import read_key
from comptoir.core.limits import TooMany, client_address, count_read
from comptoir.orders.errors import Busy
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.operations import check_group, place_checked_group
from comptoir.orders.operations.groups.again import earlier_groups
from comptoir.orders.operations.groups.requests import CheckedGroup
from comptoir.orders.operations.requests import MAX_QUANTITY
from comptoir.quotes.reads import Asked as AskedLine
from comptoir.quotes.reads import Wish, quote_for
from comptoir.quotes.several import MOST_TITLES, PER_ADDRESS
from comptoir.shops.memory import directory
from comptoir.site import person
from comptoir.site.answers.fields import TYPED, Said, typed_before
from comptoir.site.near import read_near
from comptoir.site.postal.addresses import address_of, counts_in
from comptoir.site.postal.bars import barred_without
from comptoir.site.postal.countries import COUNTRIES, countries
from comptoir.site.postal.notices import told_before
from comptoir.site.postal.request import ADDRESS, Asked, read_token, request_of, token_of
from comptoir.site.postal.ways import CHOSEN, Shown, ways_to, wish_for
from comptoir.site.rounds import titles as lists
from comptoir.terms.reads import numbers_in_force
from comptoir.ui.floods import guarded


@dataclass(frozen=True, slots=True)
class _Question:
    """Which titles, how many of each by its key (else one), to where, and which way is shown."""

    products: Sequence[Product]
    counts: Mapping[int, int]
    wish: Wish | None
    used: bool
    way: str = ""
    chosen: Sequence[int] = ()
    mode: GroupMode = GroupMode.EACH
    typed: dict[str, str] = field(default_factory=dict)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.RESERVATION, person.is_vouched)
def list_posted(request: HttpRequest) -> HttpResponse:
    """Show the ways to have a list posted, or order as the form says."""
    if request.method == "POST":
        return _order(request)
    named = lists.read_titles(request)
    if not named.products:
        return redirect("site:rounds")
    given = request.GET
    wish = wish_for(given.get("country", "FR")[:2], given.get("postcode", "")[:12])
    offers = [read_key(word) or 0 for word in given.getlist("o")[:MOST_TITLES]]
    return _page(
        request,
        _Question(
            _whole(named.products),
            counts_in(given, named.products),
            wish if "country" in given else None,
            bool(given.get("used")),
            given.get("way", ""),
            offers,
            typed=typed_before(request),
        ),
    )


def _order(request: HttpRequest) -> HttpResponse:
    """Place what the form says, unless by now it costs something else or has other conditions."""
    asked = read_token(request.POST.get("form", ""))
    if asked is None or not asked.parts:
        return redirect("site:rounds")
    if request.POST.get("website"):
        return redirect("site:home")
    typed = {name: request.POST.get(name, "")[:300] for name in (*TYPED, *ADDRESS)}
    mode = GroupMode.ALL if request.POST.get("mode") == GroupMode.ALL else GroupMode.EACH
    question = _Question(
        _whole(Product.objects.filter(pk__in=list(asked.counts))),
        asked.counts,
        wish_for(typed["country"][:2], typed["postcode"][:12]),
        asked.used,
        CHOSEN,
        asked.offers,
        mode,
        typed,
    )
    try:
        checked = check_group(request_of(request, asked, typed, mode))
        known = earlier_groups({checked.key or ""})
        if not known and _is_otherwise(request, asked, question):
            told = _("Something has changed: this is what it costs now. Look again, then order.")
            return _page(request, question, 409, refusal=told)
        group, is_person = _placed(request, checked)
    except Faults as wrong:
        errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
        return _page(request, question, 400, errors=errors)
    except TooMany:
        raise
    except DomainError as refusal:
        said = str(refusal.message)
        if isinstance(refusal, Busy):
            # Perhaps it was placed all the same: the form sent again finds that.
            return _page(request, question, 503, refusal=said, again=request.POST["form"])
        return _page(request, question, 409, refusal=said)
    return _led_to(request, group, is_person=is_person)


def _placed(request: HttpRequest, checked: CheckedGroup) -> tuple[OrderGroup, bool]:
    """Return the group, and whether this browser's reader confirmed the address before."""
    is_person = bool(checked.email_key) and person.marked_key(request) == checked.email_key
    return place_checked_group(checked.as_verified(is_person)), is_person


def _led_to(request: HttpRequest, group: OrderGroup, *, is_person: bool) -> HttpResponse:
    """Lead to the page of what was ordered, which is no longer on the reader's own list."""
    orders = list(group.orders.all())
    response = HttpResponseRedirect(reverse("site:group", args=[group.token]), status=303)
    ordered = {line.product_id for order in orders for line in order.lines.all()}
    own = lists.titles_of(lists.refs_in(request.COOKIES.get(lists.COOKIE, "")))
    lists.keep(response, [each.ref for each in own.products if each.pk not in ordered])
    if is_person and orders[0].verified:
        person.mark(response, orders[0].email)
    return response


def _is_otherwise(request: HttpRequest, asked: Asked, question: _Question) -> bool:
    """Whether a shop's part costs something else than the form said, at the address typed, or is
    sold under other conditions."""
    assert question.wish is not None, "an order names where it goes"
    count_read(PER_ADDRESS, f"address:{client_address(request)}")
    shops, numbers = directory().shops, numbers_in_force()
    bars = barred_without(numbers)
    for part in asked.parts:
        lines = [AskedLine(offer_id=offer, quantity=n) for _title, offer, n in part.lines]
        if part.shop_id not in shops or numbers.get(part.shop_id) != part.terms:
            return True
        shop, wish = shops[part.shop_id], question.wish
        quote = quote_for(shop, lines, wish, barred=bars(shop, wish.delivery))
        if quote.total_cents != part.total:
            return True
    return False


def _whole(products: Any) -> list[Product]:  # noqa: ANN401
    """Return titles with all that quotes read of them."""
    keys = [product.pk for product in products]
    found = Product.objects.defer("description").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _page(
    request: HttpRequest,
    question: _Question,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    refusal: str = "",
    again: str = "",
) -> HttpResponse:
    """Show the ways: `again` is what the form carries, where it is to be the one that was sent."""
    shown, errors = None, dict(errors or {})
    if question.wish is not None:
        try:
            shown = _shown(request, question)
        except Invalid as wrong:
            errors.setdefault(wrong.code.removeprefix("bad_"), str(wrong.message))
            status = max(status, 400)
    refs = ",".join(product.ref for product in question.products)
    typed = {"country": "FR", **question.typed}
    if question.wish:
        typed |= {"country": question.wish.country, "postcode": question.wish.postcode}
    context: dict[str, Any] = {
        "titles": question.products,
        "counted": [(each, question.counts.get(each.pk, 1)) for each in question.products],
        "counts_more": any(copies > 1 for copies in question.counts.values()),
        "most": range(1, MAX_QUANTITY + 1),
        "refs": refs,
        "asked": question.wish is not None,
        "shown": shown,
        **(_to_order(shown, question) if shown and shown.cents else {"form": ""}),
        "one": shown is not None and len(shown.sent) == 1,
        **({"form": again} if again and shown and shown.cents else {}),
        "used": question.used,
        "mode": question.mode,
        "here": _address(question, question.way),
        "ways": _links(shown, question) if shown else [],
        "countries": countries(),
        "country_name": COUNTRIES.get(typed["country"], typed["country"]),
        **{name: typed.get(name, "") for name in (*TYPED, *ADDRESS)},
        "errors": Said(errors),
        "refusal": refusal,
    }
    return render(request, "site/list_posted.html", context, status=status)


def _to_order(shown: Shown, question: _Question) -> dict[str, Any]:
    """Return the form that orders the way that is shown, with what law wants before its button."""
    told = told_before(shown.quotes)
    terms = {each.shop.pk: each.terms.number for each in told["told"] if each.terms}
    return {**told, "form": token_of(shown.quotes, terms, used=question.used)}


def _shown(request: HttpRequest, question: _Question) -> Shown | None:
    """Return the ways. Raises `Invalid`."""
    assert question.wish is not None, "asked where it is known where to"
    count_read(PER_ADDRESS, f"address:{client_address(request)}")
    return ways_to(
        question.products,
        question.wish,
        question.way,
        question.chosen,
        read_near(request).point,
        counts=question.counts,
        used=question.used,
    )


def _links(shown: Shown, question: _Question) -> list[tuple[Any, str]]:
    """Return each way with the address that shows it; of what was chosen title by title that is
    the form's own."""
    return [(row, _address(question, row.key)) for row in shown.ways]


def _address(question: _Question, way: str) -> str:
    return address_of(
        question.products, question.counts, question.wish, used=question.used, way=way
    )

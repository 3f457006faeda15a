"""A reservation that came by phone, by e-mail or at the desk, typed by staff in a few seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.catalogue.models import Product
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.identifiers import read_key
from comptoir.core.words import spaced_code
from comptoir.counter.post.desk import (
    Posting,
    check_way,
    place_posted,
    quote_in_words,
    quote_posting,
    read_posting,
    told_of,
    ways_to_pay,
)
from comptoir.counter.scan import Choice, find_choices
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.orders.errors import Busy
from comptoir.orders.models import Channel, Order
from comptoir.orders.names import NAME_LENGTH
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.quotes.basket import Quote
from comptoir.quotes.reads import Asked, posts_now
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from comptoir.stock.shelf.copies import CopyFacts, facts_of
from comptoir.ui.words import deadline

CHANNELS = (Channel.PHONE, Channel.EMAIL, Channel.COUNTER)


@dataclass(frozen=True, slots=True)
class Picked:
    """One chosen line, as the form carries it: `o12` (an offer) or `p34` (to be ordered)."""

    word: str
    product: Product
    offer: Offer | None

    @property
    def copy(self) -> CopyFacts | None:
        """What is known of a one-off copy."""
        return facts_of(self.offer) if self.offer else None

    @property
    def request(self) -> LineRequest:
        """The line as `place` takes it."""
        return LineRequest(self.product.pk, self.offer.pk if self.offer else None)

    @property
    def quoted(self) -> Asked:
        """The line as quotes take it."""
        return Asked(offer_id=self.offer.pk) if self.offer else Asked(self.product.ref)


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it stands: the text still to be looked up with what was found by it, the lines
    that were chosen, and the posting that was asked for."""

    text: str
    choices: list[Choice]
    picked: list[Picked]
    posting: Posting | None


@require_http_methods(["GET", "POST"])
@at_the_desk
def reserve(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form of a reservation: find titles, add and remove lines; place it when complete.

    Everything typed stays in the form until it is placed; one Enter does what is due next.
    """
    sent = request.POST if request.method == "POST" else request.GET
    filled = _read_form(desk.shop, sent)
    if request.method != "POST" or not _is_complete(request, filled.text, filled.picked):
        return _form(request, desk, sent, filled)
    quote = None
    try:
        if filled.posting is None:
            return _placed(request, desk, _place(request, desk, filled.picked))
        check_way(desk.shop, filled.posting, _email(sent.get("contact", "")))
        quote = quote_posting(desk.shop, filled.posting, [line.quoted for line in filled.picked])
        if sent.get("action") == "order":
            order = _place(request, desk, filled.picked, filled.posting)
            messages.info(request, told_of(order, filled.posting))
            return redirect("counter:order", desk.shop.slug, order.pk)
    except (Conflict, Invalid, Busy) as refusal:
        return _form(request, desk, sent, filled, quote, refusal)
    return _form(request, desk, sent, filled, quote)


def _read_form(shop: Shop, sent: QueryDict) -> Filled:
    words = [word for word in sent.getlist("line") if word != sent.get("remove")]
    if sent.get("add"):
        words.append(str(sent["add"]))
    text = "" if sent.get("add") else sent.get("q", "").strip()[:200]
    choices = find_choices(shop, text) if text else []
    single = _only_offer(choices) if text else None
    if single:
        words, text, choices = [*words, single], "", []
    typed = {name: str(value) for name, value in sent.items()}
    return Filled(text, choices, _read_picked(shop, words), read_posting(typed))


def _form(
    request: HttpRequest,
    desk: Desk,
    sent: QueryDict,
    filled: Filled,
    quote: Quote | None = None,
    error: Conflict | Invalid | Busy | None = None,
) -> HttpResponse:
    response = page(
        request,
        desk,
        "reserve",
        q=filled.text,
        choices=filled.choices,
        picked=filled.picked,
        name=sent.get("name", "")[:NAME_LENGTH],
        contact=sent.get("contact", "")[:254],
        channel=_channel(request),
        channels=CHANNELS,
        form_key=sent.get("form_key") or str(uuid4()),
        posts=posts_now(desk.shop),
        posting=filled.posting,
        ways_to_pay=ways_to_pay(desk.shop) if filled.picked else [],
        quote=quote,
        quoted=quote_in_words(quote) if quote else [],
        error=error,
        bad_field=error.data.get("field") if error else None,
    )
    if isinstance(error, Busy):
        response.status_code = 503
    return response


def _is_complete(request: HttpRequest, text: str, picked: list[Picked]) -> bool:
    """Whether this Enter places the order: nothing left to look up or to change, a name given."""
    asked = request.POST.get("action") in ("place", "order") or request.POST.get("name", "").strip()
    changing = text or request.POST.get("add") or request.POST.get("remove")
    return bool(picked and asked and not changing and not request.POST.get("q", "").strip())


def _place(
    request: HttpRequest, desk: Desk, picked: list[Picked], posting: Posting | None = None
) -> Order:
    """Place what staff typed, to be collected or posted; the same form sent twice is one order.

    `contact` is an e-mail address or a telephone number. Raises what
    `orders.operations.place` refuses.
    """
    shop, channel = desk.shop, _channel(request)
    name, contact, form_key = (
        request.POST.get(field, "") for field in ("name", "contact", "form_key")
    )
    contact = contact.strip()
    email = _email(contact)
    words = [*(line.word for line in picked), name.strip(), contact, channel.value]
    if posting:
        words.append(f"{posting.address!r} {posting.pay} {posting.total}")
    digest = sha256("\n".join(words).encode()).hexdigest()
    asked = PlaceRequest(
        shop_id=shop.pk,
        lines=tuple(line.request for line in picked),
        customer=Customer(
            name=name,
            email=email,
            phone="" if email else contact,
            language=get_language() or "fr",
        ),
        channel=channel,
        actor=desk.actor,
        idempotency_key=f"counter-{shop.pk}-{form_key[:36]}-{digest[:16]}",
        request_digest=digest,
        trusted=True,
        posted_to=posting.address if posting else None,
        total=posting.total if posting else None,
    )
    return place_posted(asked, posting) if posting else place(asked)


def _email(contact: str) -> str:
    """Return the way to reach a customer where it is an e-mail address, else ""."""
    return contact.strip() if "@" in contact else ""


def _placed(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    values = {"code": spaced_code(order.code), "name": order.name}
    if order.deadline and not order.promised_until:
        values["until"] = deadline(order.deadline, desk.shop.time_zone)
        told = _("Reserved for %(name)s, %(until)s. Code: %(code)s") % values
    else:
        told = _("Noted for %(name)s: to be ordered. Code: %(code)s") % values
    messages.success(request, told)
    return redirect("counter:order", desk.shop.slug, order.pk)


def _channel(request: HttpRequest) -> Channel:
    word = request.POST.get("channel", Channel.PHONE)
    return Channel(word) if word in CHANNELS else Channel.PHONE


def _only_offer(choices: list[Choice]) -> str | None:
    """Return the word of the one offer that a scan can only mean, if there is just one."""
    if len(choices) != 1:
        return None
    ready = [own.offer for own in choices[0].offers if own.available > 0]
    return f"o{ready[0].pk}" if len(ready) == 1 else None


def _read_picked(shop: Shop, words: Iterable[str]) -> list[Picked]:
    """Return the lines that the form's words mean; words of other shops are dropped."""
    written = [word for word in words if word[:1] in {"o", "p"}]
    keys = {word: key for word in written if (key := read_key(word[1:]))}
    offers = (
        Offer.objects.filter(shop=shop)
        .select_related("product")
        .in_bulk([key for word, key in keys.items() if word[0] == "o"])
    )
    products = (
        Product.objects.listed()
        .seen_in(shop.pk)
        .in_bulk([key for word, key in keys.items() if word[0] == "p"])
    )
    picked = []
    for word in written:
        offer = offers.get(keys.get(word, 0)) if word[0] == "o" else None
        product = offer.product if offer else products.get(keys.get(word, 0))
        if product is not None and (offer is not None or word[0] == "p"):
            picked.append(Picked(word, product, offer))
    return picked

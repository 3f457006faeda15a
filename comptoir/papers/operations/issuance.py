"""One paper is issued: its number drawn, its file made, and both kept, or nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.models import Order
from comptoir.papers.apps import BY_MAIL, PRIVATE
from comptoir.papers.content import content_of
from comptoir.papers.identity import prefix_of, seller_of
from comptoir.papers.invoices.file import file_of
from comptoir.papers.invoices.sums import Sale
from comptoir.papers.invoices.values import Buyer, Earlier, Invoice, PaperKind, Seller, Sum
from comptoir.papers.models import Paper, PaperFile, Series
from comptoir.papers.operations.turns import keep_number, numbering_of
from comptoir.papers.sold import Terms
from comptoir.shops.models import Shop

_ROOM = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A paper before it has a number."""

    order: Order
    kind: PaperKind
    sale: Sale
    sums: Sequence[Sum]
    terms: Terms
    buyer: Buyer
    buyer_key: str
    earlier: Earlier | None = None


def put_out(draft: Draft, series: Series, *, actor: Actor, now: datetime) -> Paper:
    """Give a paper the next number of a locked series, make its file, and keep both. It is the
    paper of the series' shop, wherever the order is by now.

    The number is taken within the transaction that keeps the file: whatever fails takes it back.
    Writes: the file, the paper, the series, how far its business has numbered. Raises `Conflict`
    (`shop_lacks`), and what making the file raises.
    """
    shop = series.shop
    seller = seller_of(shop, schemes=[each.tax.scheme for each in draft.sums])
    serial, prefix = series.last + 1, prefix_of(shop)
    number = _number(shop, prefix, serial)
    today = now.astimezone(ZoneInfo(shop.time_zone)).date()
    day = max(today, series.last_day or today)
    invoice = _invoice(draft, seller, number, day)
    made = file_of(invoice, now, _address(draft.buyer))
    file = PaperFile.objects.create(digest=sha256(made).hexdigest(), pdf=made)
    paper = Paper.objects.create(
        shop=shop,
        order=draft.order,
        kind=draft.kind,
        serial=serial,
        number=number,
        day=day,
        issued_at=now,
        buyer_key=draft.buyer_key,
        earlier=draft.earlier.number if draft.earlier else "",
        cents=invoice.cents,
        vat_cents=invoice.vat_cents,
        content=content_of(draft.sale, draft.sums),
        file=file,
        **acted_by(actor),
    )
    if number == _plain(prefix, serial):
        keep_number(shop, prefix, serial, day)
    series.last, series.last_day = serial, day
    series.save(update_fields=["last", "last_day"])
    return paper


def _number(shop: Shop, prefix: str, serial: int) -> str:
    """Return the number of a shop's next paper. One that another shop of its business has used by
    now, whose SIRET or beginning changed since, or which has left, has the shop's key in it."""
    number, known = _plain(prefix, serial), numbering_of(shop, prefix)
    alike = Paper.objects.filter(number=number, shop__siret__startswith=(shop.siret or "-")[:9])
    if (known and serial <= known.last) or alike.exclude(shop=shop).exists():
        return f"{prefix[:_ROOM]}{shop.pk}-{serial:06d}"
    return number


def _plain(prefix: str, serial: int) -> str:
    return f"{prefix}{serial:06d}"


def _invoice(draft: Draft, seller: Seller, number: str, day: date) -> Invoice:
    terms = draft.terms
    return Invoice(
        kind=draft.kind,
        number=number,
        day=day,
        order=draft.order.code,
        ordered_on=terms.ordered_on,
        sent_on=terms.sent_on,
        paid_on=terms.paid_on,
        posted=terms.posted,
        seller=seller,
        buyer=draft.buyer,
        lines=draft.sale.lines,
        carriage=draft.sale.carriage,
        sums=draft.sums,
        earlier=draft.earlier,
    )


def _address(buyer: Buyer) -> tuple[str, str] | None:
    """Return the buyer's electronic address with its scheme, as the setting says: the French rule
    set (BR-FR-12) wants one of private persons too, which no law was found to ask for."""
    chosen = settings.INVOICE_BUYER_ADDRESS
    if chosen == PRIVATE:
        return "0225", "PARTICULIER"
    return ("EM", buyer.email) if chosen == BY_MAIL and buyer.email else None

"""Parcels as they are printed or written into a carrier's table: what each shows of its order.

Nothing of it is kept: each paper and table is made when it is asked for.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.catalogue.models import Product
from comptoir.core.words import in_words
from comptoir.orders.charges.models import Fate
from comptoir.orders.charges.withheld import withheld_of
from comptoir.orders.models import LIVE, Delivery, LineStatus, Order
from comptoir.post.carriers import Carrier
from comptoir.post.errors import NothingToPrint
from comptoir.post.models import Parcel, ParcelLine
from comptoir.post.papers.sheets import Sheet
from comptoir.post.papers.values import Address, ParcelPaper, Piece
from comptoir.post.withheld import kept_here
from comptoir.quotes.places import needs_customs, place_of
from comptoir.quotes.reads import tariff_on
from comptoir.quotes.weights import size_of
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition

if TYPE_CHECKING:
    from comptoir.post.papers.customs import Declaration


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is printed of parcels: slips, labels on a format from a place on, what customs ask of
    those that need it."""

    slips: bool = True
    labels: bool = True
    customs: bool = True


def printed(
    parcels: Sequence[Parcel],
    *,
    wanted: Wanted,
    sheet: Sheet,
    first: int,
    language: str,
    made_at: datetime,
) -> bytes:
    """Return the papers of parcels as one PDF: slips, then what customs ask, then labels, each part
    in the outline. `parcels` are as `reads.parcels_of` gives them. In the language of the thread.
    Raises `NothingToPrint`: nothing is chosen, or customs alone, and none of them asks for it.
    """
    from comptoir.post.papers.customs import add_customs
    from comptoir.post.papers.labels import add_labels
    from comptoir.post.papers.slips import PostPaper, add_slips

    shown = [paper_of(parcel) for parcel in parcels]
    paper = PostPaper(title=_("A day’s post"), language=language, made_at=made_at)
    paper.set_display_mode("fullpage")
    if wanted.slips:
        add_slips(paper, shown)
    declared = [declaration_of(parcel) for parcel in parcels if leaves_the_union(parcel.order)]
    if wanted.customs and declared:
        add_customs(paper, declared)
    if wanted.labels:
        add_labels(paper, shown, sheet, first=first)
    if not paper.pages_count:
        raise NothingToPrint(customs=wanted.customs)
    return paper.made()


def address_of(order: Order) -> Address:
    """Return to where an order is posted."""
    to = order.address
    return Address(to.name, [to.extra, to.street], to.postcode, to.city, to.country)


def home_of(shop: Shop) -> Address:
    """Return from where a shop posts."""
    return Address(shop.name, [shop.street], shop.postcode, shop.city, "FR")


def leaves_the_union(order: Order) -> bool:
    """Whether a declaration for customs goes with the parcels of an order."""
    if order.delivery != Delivery.MAIL or order.address.erased_at is not None:
        return False
    home = place_of("FR", order.shop.postcode)
    return needs_customs(home, place_of(order.address.country, order.address.postcode))


def paper_of(parcel: Parcel) -> ParcelPaper:
    """Return what a parcel's slip and label show."""
    order, shop = parcel.order, parcel.order.shop
    zone = ZoneInfo(shop.time_zone)
    # Translators: Django's date format for a day with its year.
    day = in_words(timezone.localtime(order.placed_at, zone))
    return ParcelPaper(
        sender=home_of(shop),
        to=address_of(order),
        code=order.code,
        placed=day,
        pieces=[_piece(each) for each in parcel.contents.all()],
        remarks=_remarks(parcel),
        phone=shop.phone,
        email=shop.email,
        place=_place(parcel),
    )


def _piece(each: ParcelLine) -> Piece:
    line = each.line
    used = line.condition != Condition.NEW
    copy = line.copy.words if line.copy else ""
    label = str(Condition(line.condition).label)
    return Piece(
        title=line.title,
        quantity=each.quantity,
        byline=line.product.byline,
        number=line.product.ean or "",
        condition=", ".join(filter(None, (label, copy))) if used else "",
    )


def _place(parcel: Parcel) -> str:
    keys = [each.pk for each in parcel.order.parcels.all()]
    if len(keys) < 2:
        return ""
    return _("parcel %(n)d of %(all)d") % {"n": keys.index(parcel.pk) + 1, "all": len(keys)}


def _remarks(parcel: Parcel) -> list[str]:
    """Say what of the order is not in this parcel: it comes in another, was not found, or was
    withdrawn from."""
    inside = {each.line_id: each.quantity for each in parcel.contents.all()}
    elsewhere, missing, withdrawn = [], [], []
    for line in parcel.order.lines.all():
        fates = Counter[str]()
        for each in line.portions.all():
            fates[each.fate] += each.quantity
        kept = kept_here(parcel.order, line)
        gone = fates[Fate.NOT_FOUND] - kept
        if line.status == LineStatus.NOT_FOUND:
            gone = line.quantity - fates[Fate.SENT] - kept
        if gone:
            missing.append(_copies(gone, line.title))
        if stays := withheld_of(line) + kept:
            withdrawn.append(_copies(stays, line.title))
        rest = line.quantity - gone - stays - inside.get(line.pk, 0)
        if rest > 0 and _goes(line.status):
            elsewhere.append(_copies(rest, line.title))
    said = []
    if elsewhere:
        told = _("In another parcel of this order, at no further cost: %(titles)s.")
        said.append(told % {"titles": "; ".join(elsewhere)})
    if withdrawn:
        told = _("Not sent, for you have withdrawn from it: %(titles)s.")
        said.append(told % {"titles": "; ".join(withdrawn)})
    if missing:
        told = _("Not found on our shelves, and refunded: %(titles)s. We are sorry.")
        said.append(told % {"titles": "; ".join(missing)})
    return said


def _goes(status: str) -> bool:
    return status == LineStatus.SENT or status in LIVE


def _copies(number: int, title: str) -> str:
    return title if number == 1 else f"{number} × {title}"


def grams_of(parcel: Parcel) -> int:
    """Return what a parcel weighs: as it was weighed, else its contents and its box as the shop
    says they do; what no weight is known of counts as nothing."""
    if parcel.grams:
        return parcel.grams
    shop = parcel.order.shop
    tariff = tariff_on(shop, timezone.localdate(timezone=ZoneInfo(shop.time_zone)))
    inside = sum(_net(each.line.product) * each.quantity for each in parcel.contents.all())
    return inside + (tariff.box_grams if tariff else 0)


def _net(product: Product) -> int:
    size = size_of(product)
    return size.grams if size else 0


def declaration_of(parcel: Parcel) -> "Declaration":
    """Return what customs are told of a parcel."""
    from comptoir.post.papers.customs import Content, Declaration, code_of, gathered, words_of

    contents = []
    for each in parcel.contents.all():
        product = each.line.product
        code = code_of(product)
        charge = getattr(each.line, "charge", None)
        whole = each.line.quantity
        net = charge.unit_cents * each.quantity if charge else 0
        # The line's VAT is that of all its copies; these are some of them.
        vat = charge.vat_cents * each.quantity // whole if charge else 0
        words = words_of(code, each.line.title)
        grams = _net(product) * each.quantity
        contents.append(Content(words, code, each.quantity, grams, net - vat))
    is_letter = parcel.carrier == Carrier.LA_POSTE
    return Declaration(paper_of(parcel), gathered(contents), grams_of(parcel), is_letter)


def row_of(parcel: Parcel) -> dict[str, str]:
    """Return the fields of a parcel for a carrier's table (`layouts.FIELDS`)."""
    order, declared = parcel.order, declaration_of(parcel)
    to, grams = order.address, grams_of(parcel)
    return {
        "code": order.code,
        "name": to.name,
        "street": to.street,
        "extra": to.extra,
        "postcode": to.postcode,
        "city": to.city,
        "country": to.country,
        "phone": _dialled(order.phone),
        "email": order.email,
        "grams": str(grams),
        "kilos": f"{grams / 1000:.3f}",
        "value": f"{declared.cents // 100}.{declared.cents % 100:02d}",
        "content": "; ".join(each.words for each in declared.contents),
        "hs": "; ".join(each.code.replace(" ", "") for each in declared.contents if each.code),
        "carrier": str(Carrier(parcel.carrier).label) if parcel.carrier else "",
        "tracking": parcel.tracking,
    }


def _dialled(phone: str) -> str:
    """Return a number as it is dialled from France: a `+` would begin a formula."""
    if phone.startswith("+33"):
        return f"0{phone[3:]}"
    return f"00{phone[1:]}" if phone.startswith("+") else phone

"""What is unpacked, scan by scan. Nothing moves yet: `shelves.put_away` does that once."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import Product
from comptoir.catalogue.operations import stub_products
from comptoir.catalogue.reads import by_number
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import parse_number
from comptoir.purchases.errors import ArrivalClosed, CartonKnown, bad_label, no_such_scan
from comptoir.purchases.labels import MOST_COPIES, read_label
from comptoir.purchases.models import Arrival, ArrivalScan
from comptoir.purchases.reads import Unpacked, unpacked
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan made of an arrival: the scan, and how its title stands by now. `is_new`: whether
    it was not taken before."""

    scan: ArrivalScan
    title: Unpacked
    is_new: bool


@transaction.atomic
def scan(*, shop: Shop, code: str, key: str, actor: Actor, copies: int | None = None) -> Scanned:
    """Count copies that are being unpacked: by an EAN, one or as many as are said, or by a carton's
    label, which says how many.

    The first scan begins the arrival; `key` is the name that the page gave to this one: sent twice
    it counts once. A carton is scanned once, by its number. A title that the catalogue does not
    know gets a stub.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the arrival, the scan, perhaps a product.
    Announces nothing. Raises `NotFound`, `Forbidden`, `CartonKnown`, `ArrivalClosed` for a key of
    the arrival before, `Invalid` (`bad_key`, `bad_quantity`, `bad_label`, and for a bad EAN),
    `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    if not 0 < len(key) <= LONGEST_KEY or "\0" in key:
        raise Invalid("bad_key", _("This scan has no name."))
    known = ArrivalScan.objects.filter(arrival__shop=shop, key=key).order_by("-pk").first()
    if known is not None:
        if known.arrival.closed_at is not None:
            raise ArrivalClosed
        return Scanned(known, _title(known), is_new=False)
    ean, number, sscc = _read(code, copies)
    if sscc and ArrivalScan.objects.filter(arrival__shop=shop, sscc=sscc).exists():
        raise CartonKnown(sscc)
    now = timezone.now()
    arrival, _made = Arrival.objects.get_or_create(
        shop=shop, closed_at=None, defaults={"opened_at": now, **acted_by(actor)}
    )
    made = ArrivalScan.objects.create(
        arrival=arrival,
        key=key,
        product=_product(shop, ean),
        copies=number,
        sscc=sscc,
        scanned_at=now,
        **acted_by(actor),
    )
    return Scanned(made, _title(made), is_new=True)


@transaction.atomic
def take_back(*, shop: Shop, scan_id: int, actor: Actor) -> None:
    """Take a scan back, as if it had not been, while nothing of its arrival is put away.

    Guard: `BUY_COPIES`. Locks: the shop. Deletes: the scan. Announces nothing. Raises `NotFound`
    (also `no_such_scan`), `Forbidden`, `ArrivalClosed`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    found = ArrivalScan.objects.filter(arrival__shop=shop, pk=scan_id)
    known = found.select_related("arrival").first()
    if known is None:
        raise no_such_scan()
    if known.arrival.closed_at is not None:
        raise ArrivalClosed
    known.delete()


def _read(code: str, copies: int | None) -> tuple[str, int, str]:
    """Return the number of a title, how many copies, and the carton's number of what was scanned.
    What somebody typed counts before what a label says."""
    label = read_label(code)
    if label is None:
        ean, said, sscc = parse_number(code), copies or 1, ""
    else:
        if not label.ean:
            told = _("This label names the carton alone: scan what is inside, copy by copy.")
            raise bad_label(told)
        if label.copies is None and not copies:
            raise bad_label(_("This label does not say how many copies: type the number."))
        ean, said, sscc = label.ean, copies or label.copies or 1, label.sscc
    if not 1 <= said <= MOST_COPIES:
        told = _("Type a number of copies from 1 to 9,999.")
        raise Invalid("bad_quantity", told, field="copies")
    return ean, said, sscc


def _product(shop: Shop, number: str) -> Product:
    named = by_number(number, shop.pk)
    found = Product.objects.filter(**named).first()
    if found is None:
        found = Product.objects.get(pk=stub_products([number], shop.pk)[number])
    return found


def _title(scan: ArrivalScan) -> Unpacked:
    return next(each for each in unpacked(scan.arrival) if each.product.pk == scan.product_id)

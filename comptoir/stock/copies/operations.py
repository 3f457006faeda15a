"""The verbs of one-off copies at the counter: enter, change, sell, withdraw, see again."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import Product
from comptoir.catalogue.operations import add_product
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish_all
from comptoir.core.pictures.photo import Photo
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.copies.photos import drop_photo, keep_photo
from comptoir.stock.formats.lines import LARGEST_PRICE_CENTS, LONGEST_REF
from comptoir.stock.shelf.ledger import Entry, count_offer, locked, move
from comptoir.stock.shelf.locks import lock_shared
from comptoir.stock.shelf.models import (
    FEED_MARK,
    NOTE_LENGTH,
    Condition,
    CopyChange,
    Offer,
    Reason,
    Sleeve,
    UsedCopy,
)

REF_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CopyDetails:
    """The details of a one-off copy: a grade of `Condition` (never new), price in cents."""

    condition: str
    price_cents: int
    sleeve: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TypedTitle:
    """A title as somebody types it from the copy in hand: a kind of `ProductKind`, an EAN (or the
    till's own number) or None."""

    title: str
    byline: str
    kind: str
    ean: str | None = None


def new_ref() -> str:
    """Return a reference that a shop can write on a sleeve: `C` and six digits."""
    return f"C{secrets.randbelow(10**REF_DIGITS):0{REF_DIGITS}d}"


@transaction.atomic
def enter_copy(
    *,
    shop: Shop,
    product_id: int,
    details: CopyDetails,
    actor: Actor,
    ref: str,
    photo: Photo | None = None,
) -> Offer:
    """Put a used copy on sale, as an offer of its own under its own reference.

    The same details again under the same reference are the same copy: the offer is returned as it
    is.

    Guard: `SELL_COPIES`. Locks: the shop's clock shared, the offer. Writes: the offer, its details
    and photo, a movement (`received`). Announces: the offer and its product. Raises `NotFound`
    (also `no_such_product`, another shop's own article included), `Invalid` for a bad grade,
    sleeve, price, note or reference, `Conflict` (`copy_exists`) when the reference names another
    copy.
    """
    shop = in_scope(shop, actor, Verb.SELL_COPIES)
    check_details(details)
    _check_ref(ref)
    lock_shared(shop.pk)
    product = Product.objects.seen_in(shop.pk).filter(pk=product_id).first()
    if product is None:
        raise NotFound("no_such_product", _("There is no such title in the catalogue."))
    now = timezone.now()
    fresh = Offer(
        shop=shop,
        product=product,
        ean=product.ean,
        condition=details.condition,
        copy_ref=ref,
        price_cents=details.price_cents,
        counted=1,
        as_of=now,
    )
    # Sent twice at once, both insert and the later waits; whose row it is shows by its moment.
    made = Offer.objects.bulk_create([fresh], ignore_conflicts=True)[0]
    offer = locked().get(shop=shop, copy_ref=ref)
    if made.as_of != offer.as_of or offer.on_hand:
        return _the_same(shop.pk, ref, product, details)
    kept = keep_photo(photo)
    UsedCopy.objects.create(offer=offer, sleeve=details.sleeve, note=details.note, photo=kept)
    return move(offer, 1, Reason.RECEIVED, actor, now).offer


@transaction.atomic
def enter_unknown_copy(
    *,
    shop: Shop,
    title: TypedTitle,
    details: CopyDetails,
    actor: Actor,
    ref: str,
    photo: Photo | None = None,
) -> Offer:
    """Put a used copy on sale together with its title, which the catalogue lacks; both or neither.

    The same again under the same reference is the same copy of the same title.

    Guard: `SELL_COPIES`. Locks: the shop's clock shared, the product, the offer. Writes: the
    product and what `enter_copy` writes. Announces: the offer and its product. Raises what
    `enter_copy` and `add_product` raise.
    """
    shop = in_scope(shop, actor, Verb.SELL_COPIES)
    check_details(details)
    _check_ref(ref)
    lock_shared(shop.pk)
    # A title without an EAN has no key of its own: its first copy names it, so that the same form
    # sent twice makes one title.
    key = sha256(f"{shop.pk}:{ref}".encode()).hexdigest()[:32]
    product = add_product(
        title=title.title,
        byline=title.byline,
        kind=title.kind,
        ean=title.ean,
        shop_id=shop.pk,
        key=key,
    )
    if title.ean is None and product.title != title.title.strip():
        raise _copy_exists(ref)
    return enter_copy(
        shop=shop,
        product_id=product.pk,
        details=details,
        actor=actor,
        ref=ref,
        photo=photo,
    )


@transaction.atomic
def change_copy(
    *,
    shop: Shop,
    offer_id: int,
    details: CopyDetails | None,
    actor: Actor,
    photo: Photo | None = None,
    without_photo: bool = False,
) -> Offer:
    """Correct the details of a copy, or its photo; what is None stays.

    A photo is erased with the last copy that shows it.

    Guard: `SELL_COPIES`. Locks: the shop's clock shared, the offer. Writes: the offer, its details,
    the change of a grade or price (`CopyChange`), photos. Announces: the offer and its product.
    Raises `NotFound`, `Invalid` for bad details, `Conflict` (`told_by_feed`) for the details of a
    copy that a feed reports: its next list would undo them.
    """
    shop = in_scope(shop, actor, Verb.SELL_COPIES)
    lock_shared(shop.pk)
    offer = _copy(shop, offer_id)
    copy, _made = UsedCopy.objects.get_or_create(offer=offer)
    shown = copy.photo_id
    if details is not None:
        check_details(details)
        if FEED_MARK in offer.copy_ref:
            raise Conflict("told_by_feed", _("This copy is told by your list: correct it there."))
        _regrade(offer, details, actor)
        copy.sleeve, copy.note = details.sleeve, details.note
    if photo is not None or without_photo:
        copy.photo = keep_photo(photo)
    copy.save()
    # Only now does this copy no longer show the old one.
    if copy.photo_id != shown:
        drop_photo(shown)
    publish_all(
        [(OutboxEntry.Topic.OFFER, offer.pk), (OutboxEntry.Topic.PRODUCT, offer.product_id)]
    )
    return offer


@transaction.atomic
def sell_copy(*, shop: Shop, offer_id: int, actor: Actor) -> Entry:
    """Take away a copy that was sold at the counter.

    Guard: `SELL_COPIES`. Locks: the shop's clock shared, the offer. Writes: the offer, a movement
    (`sold`). Announces: the offer, its product if it crossed zero. Raises `NotFound`, `Conflict`
    (`copy_gone`).
    """
    return _take(shop, offer_id, Reason.SOLD, actor)


@transaction.atomic
def withdraw_copy(*, shop: Shop, offer_id: int, actor: Actor) -> Entry:
    """Take a copy out of sale: broken, kept, given away. As `sell_copy`, with `withdrawn`."""
    return _take(shop, offer_id, Reason.WITHDRAWN, actor)


@transaction.atomic
def see_copy(*, shop: Shop, offer_id: int, actor: Actor) -> Entry:
    """Record that a copy is there now: seen on the shelf, or back on sale.

    Guard: `SELL_COPIES`. Locks: the shop's clock shared, the offer. Writes: the offer, a movement
    (`counted`) if it had gone. Announces: the offer, its product if it crossed zero. Raises
    `NotFound`, `Conflict` (`overtaken`).
    """
    shop = in_scope(shop, actor, Verb.SELL_COPIES)
    lock_shared(shop.pk)
    offer = _copy(shop, offer_id)
    return count_offer(offer, max(1, offer.on_hand), timezone.now(), actor)


def _regrade(offer: Offer, details: CopyDetails, actor: Actor) -> None:
    """Change a copy's grade and price; `CopyChange` keeps what they were, and who changed them."""
    if (offer.condition, offer.price_cents) == (details.condition, details.price_cents):
        return
    CopyChange.objects.create(
        offer=offer,
        condition=offer.condition,
        price_cents=offer.price_cents,
        **acted_by(actor),
    )
    offer.condition, offer.price_cents = details.condition, details.price_cents
    offer.save(update_fields=["condition", "price_cents"])


def _take(shop: Shop, offer_id: int, reason: Reason, actor: Actor) -> Entry:
    shop = in_scope(shop, actor, Verb.SELL_COPIES)
    lock_shared(shop.pk)
    offer = _copy(shop, offer_id)
    if not offer.on_hand:
        raise Conflict("copy_gone", _("This copy has gone already: there is nothing to do."))
    return move(offer, -1, reason, actor, timezone.now())


def _copy(shop: Shop, offer_id: int) -> Offer:
    """Return one of a shop's one-off copies, under lock. Raises `NotFound`."""
    found = locked().filter(~Q(copy_ref=""), shop=shop, pk=offer_id).first()
    if found is None:
        raise NotFound("no_such_copy", _("There is no such copy in this shop."))
    return found


def _the_same(shop_id: int, ref: str, product: Product, details: CopyDetails) -> Offer:
    offer = Offer.objects.select_related("copy").get(shop=shop_id, copy_ref=ref)
    known = CopyDetails(offer.condition, offer.price_cents or 0, offer.copy.sleeve, offer.copy.note)
    if offer.product_id != product.pk or known != details:
        raise _copy_exists(ref)
    return offer


def _copy_exists(ref: str) -> Conflict:
    message = _("Another copy has this reference already: give it another.")
    return Conflict("copy_exists", message, ref=ref)


def _check_ref(ref: str) -> None:
    if not 0 < len(ref) <= LONGEST_REF or FEED_MARK in ref or not ref.isprintable():
        raise Invalid("bad_ref", _("A copy's reference has 1 to 40 characters, without a colon."))


def check_details(details: CopyDetails) -> None:
    """Raise `Invalid` for a grade, sleeve, price or note that no used copy can have."""
    if details.condition not in Condition.values or details.condition == Condition.NEW:
        raise Invalid("bad_condition", _("Choose the grade of this copy."))
    if details.sleeve and details.sleeve not in Sleeve.values:
        raise Invalid("bad_sleeve", _("This grade of a sleeve is unknown."))
    if not 0 <= details.price_cents <= LARGEST_PRICE_CENTS:
        raise Invalid("bad_price", _("The price must lie between 0 and one million euros."))
    if len(details.note) > NOTE_LENGTH or "\0" in details.note:
        raise Invalid("bad_note", _("The note is too long: 500 characters at most."))

"""What `orders` keeps about people: what, why, until when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import (
    Declaration,
    Kept,
    Personal,
    Term,
    While,
    With,
    after,
    all_rows,
)
from comptoir.orders.operations.known_contacts import KNOWN_FOR
from comptoir.orders.operations.privacy.erasure import erase_due, named_past
from comptoir.orders.operations.privacy.person import erase, find
from comptoir.orders.trust.demand import KEPT_FOR


def _due(now: datetime) -> int:
    return erase_due(now=now)


def _places(model: str, now: datetime) -> int:  # noqa: ARG001
    ended = Q(ended_at__isnull=False) & (~Q(address_key="") | ~Q(range_key=""))
    return all_rows(model).filter(ended).count()


def _keys(model: str, now: datetime) -> int:
    named = Q(idempotency_key__isnull=False) | ~Q(request_digest="")
    return all_rows(model).filter(named, erased_at__lt=now).count()


def _described(model: str, now: datetime) -> int:
    erased = all_rows(model).filter(order__erased_at__lt=now)
    return erased.exclude(note="", photo="").count()


def _alone(model: str, now: datetime) -> int:
    erased = all_rows(model).filter(orders__erased_at__lt=now)
    return erased.exclude(orders__erased_at=None).distinct().count()


DECLARATION = Declaration(
    kept=(
        Kept(
            "orders.Order",
            ("name", "email", "phone", "token", "code"),
            _("name, e-mail address and telephone number of who reserved"),
            _("so that the shop sets the copy aside and tells them"),
            Term(
                _(
                    "COMPTOIR_ERASE_AFTER_DAYS after the order has ended; where it was posted,"
                    " COMPTOIR_ERASE_POSTED_AFTER_DAYS, and not before it can be taken back no"
                    " more (twelve months longer where nobody told its reader of that right) and"
                    " what is refunded has arrived; without a date of delivery thirty days after it"
                    " left are assumed"
                ),
                named_past,
                _due,
            ),
        ),
        Kept(
            "orders.Order",
            ("email_key", "phone_key"),
            _("keyed hashes of the e-mail address and the number"),
            _("so that one person’s orders are counted"),
            Term(_("as long as the order’s name"), named_past, _due),
        ),
        Kept(
            "orders.Order",
            ("address_key", "range_key"),
            _("keyed hashes of the place in the network from which it came"),
            _("so that nobody holds a shop’s copies by inventing readers"),
            Term(_("until the order is confirmed or has ended"), _places, _due),
        ),
        Kept(
            "orders.Order",
            ("passed_by",),
            _("which shop sent the customer over, if one did"),
            _("so that it knows what became of it; it sees the name while the order is open"),
            With(_("without the person, once the order is erased")),
        ),
        Kept(
            "orders.Order",
            ("idempotency_key", "request_digest"),
            _("by what a program places an order once"),
            _("so that a repeated request is not a second order"),
            Term(_("as long as the order’s name"), _keys, _due),
        ),
        Kept(
            "orders.OrderLine",
            ("note", "photo"),
            _("what stood of a used copy when it was ordered: “signed to …”; its photo"),
            _("so that reader and shop speak of the same copy"),
            Term(_("as long as the order’s name"), _described, _due),
        ),
        Kept(
            "orders.PostalAddress",
            ("name", "street", "extra", "postcode", "city"),
            _("the address to which an order is posted"),
            _("so that the parcel arrives, and is found again where it does not"),
            Term(
                _("COMPTOIR_ERASE_POSTED_AFTER_DAYS after the order has ended; the country stays"),
                after("order__erased_at", where=~Q(name="", street="", extra="", city="")),
                _due,
            ),
        ),
        Kept(
            "orders.Portion",
            ("actor_kind", "actor_id"),
            _("which account posted copies, or took them back"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "orders.OrderGroup",
            ("token", "idempotency_key", "request_digest"),
            _("that several orders were one act, by its secret address and its key"),
            _("so that one link confirms them all, and a repeated request is not a second act"),
            Term(_("until the last of its orders is erased"), _alone, _due),
        ),
        Kept(
            "orders.OrderEvent",
            ("actor_kind", "actor_id", "data"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "orders.KnownContact",
            ("key",),
            _("that an e-mail address was confirmed, as a keyed hash"),
            _("so that its person need not confirm each reservation"),
            Term(
                _("thirteen months after their last reservation"),
                after("confirmed_at", KNOWN_FOR),
                _due,
            ),
        ),
        Kept(
            "orders.TrustEvent",
            ("key", "actor_kind", "actor_id"),
            _("that somebody did not collect at a shop, as a keyed hash of its own"),
            _("so that this shop asks them to confirm, then to pay first; nobody else sees it"),
            Term(
                _("twelve months after it happened, or when the shop is erased"),
                after("happened_at", KEPT_FOR),
                _due,
            ),
        ),
        Kept(
            "orders.ShopAlert",
            ("people",),
            _("which of its staff a shop writes to"),
            _("so that they hear of new reservations"),
            While(_("until they leave the shop, or it says otherwise")),
        ),
    ),
    impersonal={},
    personal=Personal(find, erase),
)

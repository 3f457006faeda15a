"""What is a shop's: the tables that its export has, and those that it leaves out, each with why.

`SHEETS` is in the order in which an import can write them: what a row names comes before it. A
table with a path to `Shop` that is in neither list fails the tests (`tests/archives`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models

from comptoir.catalogue.models import Product
from comptoir.events.models import Event, Pick, WindowChange
from comptoir.exchanges.models import Transfer, TransferStep
from comptoir.orders.models import (
    LineCharge,
    Order,
    OrderEvent,
    OrderLine,
    Portion,
    PostageCharge,
    PostageShare,
    PostalAddress,
    ShopAlert,
)
from comptoir.papers.models import LegalIdentity, Paper, PaperFile, Series
from comptoir.payments.models import Account, Capture, PaidOtherwise, Refund
from comptoir.payments.models import Transfer as BankTransfer
from comptoir.post.models import Fetched, Parcel, ParcelLine, ParcelStep
from comptoir.purchases.models import (
    Arrival,
    ArrivalScan,
    ArrivedCopies,
    Buyer,
    Purchase,
    PurchaseLine,
    PurchaseStep,
    Supplier,
    Supply,
    Wish,
)
from comptoir.quotes.models import Band, PriceDecision, Tariff
from comptoir.releases.models import Release, ReleaseTitle
from comptoir.shops.doors.models import Doors, DoorSpan
from comptoir.shops.models import (
    Closure,
    FieldOrigin,
    FormerSlug,
    Membership,
    Service,
    Shop,
    Speciality,
    Staff,
)
from comptoir.shops.page.models import SIZES, FieldChange, Link, PhotoFile, ShopAct, ShopPhoto
from comptoir.stock.arrivals.models import TillArticle
from comptoir.stock.counts.models import (
    CountedTitle,
    CountScan,
    CountStatus,
    StockCount,
    TillCorrection,
)
from comptoir.stock.reports.models import OPEN, Feed, Report
from comptoir.stock.shelf.models import (
    CopyChange,
    CopyPhoto,
    Offer,
    ShopClock,
    StockMovement,
    UsedCopy,
)
from comptoir.terms.models import Conditions, Maker, OrderTerms, TermsVersion
from comptoir.withdrawals.models import LaterNotice, Withdrawal, WithdrawnLine

ACTORS = {"actor_id": "actor_kind", "closed_id": "closed_kind", "decided_id": "decided_kind"}
"""Columns that name who acted, and those that say of which kind they are."""


@dataclass(frozen=True)
class Sheet:
    """One table of the export: the file `<name>.csv`, a row a row of `model`.

    `path` leads from a row to its shop, `rows` narrows which are exported. `left_out` are columns
    that no file has, each with why. `files` are the columns that are files of their own, in the
    folder `name`, with what their names end in. What is not `taken` is there to be read: an import
    leaves it.
    """

    name: str
    model: type[models.Model]
    path: str = "shop"
    rows: models.Q = field(default_factory=models.Q)
    left_out: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    taken: bool = True

    @cached_property
    def columns(self) -> list[Any]:
        """The columns of its file, in order; the key comes first where it is more than a shop's."""
        found = []
        for each in self.model._meta.concrete_fields:
            is_own = each.related_model is Shop and each.name == self.path
            if not is_own and each.name not in self.left_out and each.name not in self.files:
                found.append(each)
        return found

    @property
    def heads(self) -> list[str]:
        """The first line of its file."""
        return [each.name for each in self.columns]

    def of(self, shop: Shop) -> "models.QuerySet[Any]":
        """Return its rows of a shop, in the order of their keys."""
        every = self.model._default_manager
        mine = every.filter(self.rows, **{self.path: shop.pk})
        # A photo that two copies show is one: to ask for it once must not compare its bytes.
        return (every.filter(pk__in=mine.values("pk")) if self.files else mine).order_by("pk")

    def file_of(self, key: object, column: str) -> str:
        """Return the name of a file of a row."""
        return f"{self.name}/{key}.{column}.{self.files[column]}"


_CLOSED = ~models.Q(status__in=OPEN)
_COUNTED = ~models.Q(status=CountStatus.APPLYING)
_OF_COUNTED = ~models.Q(session__status=CountStatus.APPLYING)
_SECRET = "a secret of this installation; the next one makes its own"  # noqa: S105
_HERE = "true of this installation alone"
_OTHER = "the other shop's, which is not in the export: its name is"

PRODUCTS = Sheet(
    "products",
    Product,
    left_out={
        "notice_at": _HERE,
        "notice_order": _HERE,
        "digest": _HERE,
        "demo": _HERE,
        "created_at": _HERE,
        "updated_at": _HERE,
    },
)
"""The titles that the rest names. It has no path to a shop: the catalogue is everybody's."""

SHOP = Sheet(
    "shop",
    Shop,
    path="pk",
    left_out={
        "id": "it stands alone",
        "host": "a name that leads to this installation; the next one is given its own",
        "inventory_word": "the address of this installation; the next one makes its own",
        "paused_at": "a shop that moves in is hidden until somebody opens it",
        "ended_at": "a shop that moves in has not left",
        "merged_into": "of this installation alone",
        "demo": _HERE,
        "created_at": _HERE,
        "registry_state": "the next installation asks the registry itself",
        "registry_checked_at": "the next installation asks the registry itself",
    },
)
"""The page and the settings: `shop.json`."""

SHEETS: tuple[Sheet, ...] = (
    Sheet("former_addresses", FormerSlug),
    Sheet("services", Service),
    Sheet("specialities", Speciality),
    Sheet("closures", Closure),
    Sheet("people", Staff, left_out={"first_steps_hidden_at": _HERE}),
    Sheet("closed_doors", Doors, left_out={"network": "a network's closed doors are its own"}),
    Sheet("door_spans", DoorSpan),
    Sheet("memberships", Membership),
    Sheet("page_origins", FieldOrigin),
    Sheet("page_acts", ShopAct),
    Sheet("page_changes", FieldChange, path="act__shop"),
    Sheet("links", Link),
    Sheet(
        "page_photo_files",
        PhotoFile,
        path="shown__shop",
        left_out={"left_at": "the photos of the export are shown"},
        files=dict.fromkeys(SIZES, "webp"),
    ),
    Sheet("page_photos", ShopPhoto),
    Sheet("alerts", ShopAlert),
    Sheet("till_articles", TillArticle),
    Sheet("feeds", Feed),
    Sheet(
        "reports",
        Report,
        path="feed__shop",
        rows=_CLOSED,
        left_out={
            "refusals": "lines of a file that the till wrote and the shop has",
            "remarks": "lines of a file that the till wrote and the shop has",
        },
    ),
    Sheet(
        "stock_clock",
        ShopClock,
        left_out={"contested_at": "it tells of a report that waits, and these are left out"},
    ),
    Sheet(
        "offers",
        Offer,
        left_out=dict.fromkeys(
            ("section", "named", "author", "house", "last_moved_at"),
            "a job keeps it for lists, from what the catalogue and the movements say",
        ),
    ),
    Sheet("movements", StockMovement, path="offer__shop"),
    Sheet("corrections", TillCorrection, path="movement__offer__shop"),
    Sheet(
        "copy_photos",
        CopyPhoto,
        path="copies__offer__shop",
        files={"large": "webp", "small": "webp"},
    ),
    Sheet("used_copies", UsedCopy, path="offer__shop"),
    Sheet("copy_changes", CopyChange, path="offer__shop"),
    Sheet("counts", StockCount, rows=_COUNTED),
    Sheet("counted_titles", CountedTitle, path="session__shop", rows=_OF_COUNTED),
    Sheet("count_scans", CountScan, path="session__shop", rows=_OF_COUNTED),
    Sheet("parcel_tariffs", Tariff),
    Sheet("parcel_bands", Band, path="tariff__shop"),
    Sheet("price_decisions", PriceDecision),
    Sheet("releases", Release, left_out={"network": "a network's releases are its own"}),
    Sheet("release_titles", ReleaseTitle, path="release__shop"),
    Sheet("picks", Pick),
    Sheet("events", Event),
    Sheet("event_titles", Event.products.through, path="event__shop"),
    Sheet("window_history", WindowChange),
    Sheet(
        "orders",
        Order,
        left_out={
            "token": _SECRET,
            "email_key": "made anew from the address, by a secret of the installation",
            "phone_key": "made anew from the number, by a secret of the installation",
            "address_key": _SECRET,
            "range_key": _SECRET,
            "idempotency_key": "a program's name of its request to this installation",
            "request_digest": "a program's name of its request to this installation",
            "group": "the other orders of one act are other shops'",
            "passed_by": "the shop that sent the customer over is not in the export",
        },
    ),
    Sheet("order_lines", OrderLine, path="order__shop"),
    Sheet("order_charges", LineCharge, path="line__order__shop"),
    Sheet("order_postage", PostageCharge, path="order__shop"),
    Sheet("order_postage_taxes", PostageShare, path="postage__order__shop"),
    Sheet("order_portions", Portion, path="line__order__shop"),
    Sheet("order_addresses", PostalAddress, path="order__shop"),
    Sheet("order_history", OrderEvent, path="order__shop"),
    # Money came in by accounts of this installation, and can go back by these alone.
    Sheet(
        "payment_accounts", Account, left_out={"token": _SECRET, "secrets": _SECRET}, taken=False
    ),
    Sheet("bank_transfers", BankTransfer, path="order__shop", taken=False),
    Sheet(
        "captures",
        Capture,
        path="order__shop",
        left_out={"session": "a way to pay at this installation"},
        taken=False,
    ),
    Sheet(
        "refunds",
        Refund,
        path="order__shop",
        left_out={
            "token": _SECRET,
            "tries": "how far a job of this installation is",
            "look_at": "how far a job of this installation is",
        },
        taken=False,
    ),
    Sheet("own_gln", Buyer),
    Sheet("refunds_paid_otherwise", PaidOtherwise, path="refund__order__shop", taken=False),
    Sheet("suppliers", Supplier),
    Sheet("supplies", Supply),
    Sheet("wishes", Wish),
    Sheet("purchases", Purchase),
    Sheet("purchase_lines", PurchaseLine, path="purchase__shop"),
    Sheet("purchase_history", PurchaseStep, path="purchase__shop"),
    Sheet("arrivals", Arrival),
    Sheet("arrival_scans", ArrivalScan, path="arrival__shop"),
    Sheet("arrived_copies", ArrivedCopies, path="arrival__shop"),
    Sheet("copies_fetched", Fetched, path="line__order__shop"),
    Sheet("parcels", Parcel, path="order__shop"),
    Sheet("parcel_contents", ParcelLine, path="parcel__order__shop"),
    Sheet("parcel_history", ParcelStep, path="parcel__order__shop"),
    Sheet("legal_identity", LegalIdentity),
    Sheet("paper_series", Series),
    Sheet(
        "paper_files",
        PaperFile,
        path="papers__shop",
        files={"pdf": "pdf"},
    ),
    Sheet(
        "papers",
        Paper,
        left_out={"buyer_key": "made anew from the order's, while that names its reader"},
    ),
    Sheet("conditions", Conditions),
    Sheet("terms_versions", TermsVersion),
    Sheet("order_terms", OrderTerms, path="order__shop"),
    Sheet("makers", Maker),
    Sheet("withdrawals", Withdrawal, path="order__shop"),
    Sheet("withdrawn_lines", WithdrawnLine, path="withdrawal__order__shop"),
    Sheet("later_notices", LaterNotice, path="order__shop"),
    Sheet("copies_asked", Transfer, path="asker", left_out={"giver": _OTHER, "offer": _OTHER}),
    Sheet("copies_asked_history", TransferStep, path="transfer__asker"),
    Sheet("copies_lent", Transfer, path="giver", left_out={"asker": _OTHER, "order": _OTHER}),
    Sheet("copies_lent_history", TransferStep, path="transfer__giver"),
)

LEFT_OUT: Mapping[str, str] = {
    "alerts.Alert": "a reader's wish, and theirs alone",
    "draws.Draw": "it is made where it was opened: the next installation opens its own",
    "draws.DrawEntry": "who entered a draw of this installation; what was taken is an order",
    "draws.DrawLot": "copies set aside for a draw of this installation; they are free there",
    "figures.MemberSpan": "counted for the networks of this installation",
    "figures.Tally": "counted from the orders, for the networks of this installation",
    "figures.Unmet": "counted from what readers near it asked for",
    "orders.DoorsRun": "how far a job of this installation is",
    "shops.CircularCopy": "what a network of this installation told its members",
    "shops.CircularReading": "who read what a network of this installation told its members",
    "shops.JoinRequest": "how the shop came into this installation",
    "shops.MembershipOffer": "what a network of this installation asked",
    "payments.Notice": "what a provider told this installation",
    "payments.Reconciliation": "a comparison of this installation with a provider",
    "payments.Session": "a way to pay at this installation",
    "contracts.Contract": "what the law has kept here, of readers who are erased",
    "archives.Bundle": "the export itself",
    "archives.BundlePiece": "the export itself",
    "archives.Farewell": "that the shop leaves this installation",
    "archives.Arrival": "that the shop came into this installation",
    "orders.TrustEvent": "keyed by a secret of this installation, and never told to anybody else",
    "orders.ShopAlert_people": "who gets mails is chosen anew, by those who still work there",
    "shops.Invitation": "its link leads to this installation: invite again",
    "shops.Listing": "what other directories say of the shop; not its own word",
    "shops.ShopToken": "the key of a program that speaks to this installation",
    "stock.FeedPull": "it holds a password: enter the address again",
    "stock.FeedSilence": "how this installation noticed that a till was silent",
    "stock.KeptLine": "lines of reports that nobody has decided: send the till's file again",
    "stock.OfferStanding": "a view: it says again what the offers say",
    "stock.TillLink": "it holds a secret: link the till again, under the new address",
    "stock.TrackRecord": "counted anew every night from orders and movements",
    "stock.Upload": "a till's file that waits: send it again",
    "stock.UploadPiece": "a till's file that waits: send it again",
    "webhooks.Attempt": "a call to another program, from this installation",
    "webhooks.Delivery": "a call to another program, from this installation",
    "webhooks.Endpoint": "it holds a secret that the other program checks: enter it again",
    "webhooks.Message": "a call to another program, from this installation",
}
"""Tables with a path to a shop that its export has not, by `app.Model`, each with why."""

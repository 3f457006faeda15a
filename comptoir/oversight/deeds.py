"""The deeds of the audit in words, and the kinds by which they are filtered.

A deed that `accounts.audit.note` records anywhere has its words here. Those of other histories are
made of the history's name and its word for what happened (`order_collected`).
"""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.events.models import Deed
from comptoir.exchanges.models import TransferStatus
from comptoir.orders.models import EventKind
from comptoir.post.models import StepKind
from comptoir.purchases.kinds import Step


class DeedKind(TextChoices):
    """What a deed is about."""

    PEOPLE = "people", _("People and programs")
    PAGE = "page", _("Pages of shops")
    ORDERS = "orders", _("Reservations")
    STOCK = "stock", _("Stock and tills")
    MONEY = "money", _("Payments")
    NETWORK = "network", _("The network")
    LOOKED = "looked", _("Looks at personal data")


_NOTED: Mapping[DeedKind, Mapping[str, Message]] = {
    DeedKind.PEOPLE: {
        "appointed": _("appointed somebody to the network"),
        "released": _("released somebody from the network"),
        "invited": _("invited somebody to the team"),
        "invitation_withdrawn": _("took an invitation back"),
        "invitation_accepted": _("took an invitation up"),
        "employed": _("took somebody into the team"),
        "role_changed": _("changed somebody’s role"),
        "dismissed": _("ended somebody’s access"),
        "token_issued": _("gave a program access"),
        "token_revoked": _("ended a program’s access"),
        "webhook_added": _("added a webhook"),
        "webhook_removed": _("removed a webhook"),
        "webhook_secret_renewed": _("renewed the secret of a webhook"),
        "webhook_paused": _("paused a webhook"),
        "webhook_resumed": _("took a webhook up again"),
        "factor_reset": _("reset somebody’s second factor"),
        "wrote_identity": _("wrote what stands on the invoices"),
        "wrote_terms": _("filled in the conditions"),
        "published_terms": _("published the conditions"),
        "gave_notices": _("told readers later of the right to withdraw"),
        "withdrawn_received": _("said what became of copies that a reader withdrew from"),
    },
    DeedKind.MONEY: {
        "payment_account_written": _("wrote a payment account"),
        "payment_account_closed": _("closed a payment account"),
        "payment_refunded": _("paid money back"),
        "payment_paid_back": _("noted money as paid back by hand"),
        "transfer_entered": _("entered a bank transfer"),
        "transfer_voided": _("took a bank transfer out"),
    },
    DeedKind.NETWORK: {
        "changed_network": _("changed the network"),
        "joined_network": _("took a shop into the network"),
        "left_network": _("took a shop out of the network"),
        "declined_membership": _("declined a membership"),
        "request_opened": _("took a request to join up"),
        "request_declined": _("declined a request to join"),
        "set_host": _("set a shop’s own address"),
        "doors_closed": _("closed doors"),
        "doors_opened": _("opened doors again"),
        "release_announced": _("announced a release"),
        "release_changed": _("changed a release"),
        "release_withdrawn": _("took a release back"),
        "release_restored": _("put a release back"),
        "draw_opened": _("opened a draw"),
        "draw_joined": _("put copies into a draw"),
        "draw_made": _("made a draw"),
        "draw_cancelled": _("cancelled a draw"),
        "door_week_written": _("wrote the slots at the door"),
        "raised_banner": _("put a banner up"),
        "ended_banner": _("took a banner down"),
        "deleted_draft": _("deleted a draft"),
        "withdrew_publication": _("withdrew a page or a piece of news"),
        "sent_circular": _("sent a message to the members"),
        "reminded_of_circular": _("reminded members of a message"),
        "directory_imported": _("imported the directory"),
        "shop_ends": _("had a shop leave"),
        "shop_stays": _("had a shop stay after all"),
        "shop_erased": _("erased a shop that has left"),
        "neighbour_added": _("added a neighbour"),
        "neighbour_removed": _("removed a neighbour"),
        "asked_to_mend": _("asked a shop to mend its entry"),
        "exported_audit": _("exported the audit"),
    },
    DeedKind.LOOKED: {
        "looked_at_order": _("looked at a reservation, with its reader"),
        "shop_exported": _("exported all that is a shop’s, its readers with it"),
        "export_fetched": _("fetched the export of a shop"),
        "contract_read": _("read a filed contract, with its buyer"),
        "shop_moved_in": _("brought the export of a shop in"),
    },
}
_OF_ORDERS: Mapping[EventKind, Message] = {
    EventKind.PLACED: _("placed a reservation"),
    EventKind.CONFIRMED: _("confirmed a reservation"),
    EventKind.SET_ASIDE: _("set a reservation aside"),
    EventKind.NOT_FOUND: _("did not find a copy on the shelf"),
    EventKind.COLLECTED: _("handed a reservation over"),
    EventKind.PAID: _("noted that an order is paid"),
    EventKind.PREPARED: _("made an order ready to be posted"),
    EventKind.SENT_IN_PART: _("posted a part of an order"),
    EventKind.SHIPPED: _("posted an order"),
    EventKind.DELIVERED: _("noted that an order has arrived"),
    EventKind.TAKEN_BACK: _("took copies of an order back"),
    EventKind.REVIVED: _("took an order up again that was paid late"),
    EventKind.CANCELLED: _("cancelled a reservation"),
    EventKind.EXPIRED: _("ended a reservation that was not collected"),
    EventKind.REMINDED: _("reminded a reader"),
    EventKind.LET_GO: _("let go of copies that nobody confirmed"),
    EventKind.CHASED: _("asked the shop to look"),
    EventKind.DEADLINE_MOVED: _("moved a deadline"),
    EventKind.SHOP_MOVED: _("moved a reservation to another shop"),
    EventKind.ERASED: _("erased a reader’s data"),
}
_OF_TRANSFERS: Mapping[TransferStatus, Message] = {
    TransferStatus.ASKED: _("asked a colleague for a copy"),
    TransferStatus.ACCEPTED: _("set a copy aside for a colleague"),
    TransferStatus.SENT: _("sent a copy to a colleague"),
    TransferStatus.ARRIVED: _("received a copy from a colleague"),
    TransferStatus.REFUSED: _("refused a copy to a colleague"),
    TransferStatus.WITHDRAWN: _("no longer asked a colleague for a copy"),
    TransferStatus.EXPIRED: _("ended a request between shops that nobody answered"),
    TransferStatus.LOST: _("noted a copy between shops as lost"),
}
_OF_PURCHASES: Mapping[Step, Message] = {
    Step.SENT: _("ordered of a supplier"),
    Step.ANSWERED: _("noted what a supplier answered"),
    Step.RECEIVED: _("received what was ordered"),
    Step.ENDED: _("no longer expects what was ordered"),
}
_OF_PARCELS: Mapping[StepKind, Message] = {
    StepKind.PACKED: _("packed a parcel"),
    StepKind.NUMBERED: _("noted a parcel’s number"),
    StepKind.HANDED: _("handed a parcel to its carrier"),
    StepKind.DELIVERED: _("noted a parcel as delivered"),
}
_OF_WITHDRAWALS: Mapping[str, Message] = {
    "withdrawal_declared": _("withdrew from an order"),
}
_OF_WINDOWS: Mapping[Deed, Message] = {
    Deed.WRITTEN: _("wrote a word on a title"),
    Deed.CHANGED: _("changed a word or an event"),
    Deed.PUT_FIRST: _("put a word first"),
    Deed.REMOVED: _("removed a word on a title"),
    Deed.ANNOUNCED: _("announced an event"),
    Deed.CANCELLED: _("cancelled an event"),
    Deed.MOVED: _("moved words and events to another shop"),
    Deed.ERASED: _("erased old words and events"),
}
_OF_STOCK: Mapping[str, Message] = {
    "price_decided": _("decided what a book costs posted"),
    "count_started": _("began a stock count"),
    "count_applying": _("applied a stock count"),
    "count_applied": _("applied a stock count"),
    "count_discarded": _("gave a stock count up"),
    "report_applied": _("applied a till’s report"),
    "report_discarded": _("discarded a till’s report"),
    "report_failed": _("decided on a till’s report, which failed"),
    "till_arranged": _("arranged a till"),
}
_OF_PAGES: Mapping[str, Message] = {
    "page_changed": _("changed a shop’s page"),
    "page_undone": _("put back a change of a shop’s page"),
}

WORDS: Mapping[DeedKind, Mapping[str, Message]] = {
    **_NOTED,
    DeedKind.PAGE: {
        **_OF_PAGES,
        **{f"window_{deed.value}": words for deed, words in _OF_WINDOWS.items()},
    },
    DeedKind.ORDERS: {
        **{f"order_{kind.value}": words for kind, words in _OF_ORDERS.items()},
        **{f"parcel_{kind.value}": words for kind, words in _OF_PARCELS.items()},
        **_OF_WITHDRAWALS,
    },
    DeedKind.STOCK: {
        **_OF_STOCK,
        **{f"purchase_{step.value}": words for step, words in _OF_PURCHASES.items()},
        **{f"transfer_{status.value}": words for status, words in _OF_TRANSFERS.items()},
    },
}
"""What each deed is called, after who did it, by its kind."""
_FLAT = {deed: words for several in WORDS.values() for deed, words in several.items()}


def is_known(deed: str) -> bool:
    """Return whether a deed has its words."""
    return deed in _FLAT


def said(deed: str) -> str:
    """Return a deed in the reader's language; one that has no words, as the code writes it."""
    return str(_FLAT.get(deed, deed))


def deeds_of(kind: DeedKind) -> list[str]:
    """Return the deeds of a kind."""
    return list(WORDS[kind])

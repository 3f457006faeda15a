"""A difference of the daily comparison in words: what it is, and how the owner settles it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from comptoir.core.errors import Message
from comptoir.core.money import format_cents
from comptoir.core.words import day_and_month, spaced_code
from comptoir.orders.models import Order
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account

_SAID: Mapping[str, tuple[Message, Message]] = {
    "refused": (
        _lazy("%(about)s: the provider refuses to pay %(ours)s back."),
        _lazy(
            "Open the order and press “Try again”. If it is refused again, pay it back by a"
            " transfer, then press “I have paid it back”. What you pay back on the provider’s"
            " own site is seen the next night: press nothing."
        ),
    ),
    "currency": (
        _lazy("%(about)s: the provider has received money in another currency than euros."),
        _lazy(
            "It counts for no order here. Pay it back on the provider’s site, and have it take"
            " euros only. It leaves this list after 35 days."
        ),
    ),
    "unpaid": (
        _lazy("%(about)s: it went on before a transfer was taken back: %(theirs)s of %(ours)s."),
        _lazy(
            "Nothing more of it can be posted. Write to the reader and enter what comes; what"
            " has not left, cancel or mark as missing. It leaves this list after 35 days."
        ),
    ),
    "at_counter": (
        _lazy("%(about)s: it is to be collected, and is not paid: %(theirs)s of %(ours)s."),
        _lazy(
            "A transfer was taken back, and the reader was told. Ring up what is missing on"
            " your till as you hand it over, or cancel the reservation: it then leaves this"
            " list."
        ),
    ),
    "twice": (
        _lazy(
            "%(about)s: the provider has paid %(theirs)s back, here stand %(ours)s, and you wrote"
            " that you paid back otherwise."
        ),
        _lazy(
            "The reader has perhaps got it twice: look the refund up on the provider’s site, then"
            " write to the reader. It leaves this list 35 days after the payment."
        ),
    ),
    "on_site": (
        _lazy(
            "%(about)s: you wrote that you paid %(ours)s back on the provider’s site, and there"
            " stand %(theirs)s."
        ),
        _lazy(
            "The provider’s amount is the right one. If it is less, pay the rest back there: it is"
            " seen the next night. If it is more, there is nothing to do: it leaves this list 35"
            " days after the payment."
        ),
    ),
    "by_hand": (
        _lazy(
            "%(about)s: you noted %(ours)s as paid back, and %(theirs)s went back on the"
            " provider’s site besides."
        ),
        _lazy(
            "Both are counted. If they are the same money, tell those who run this site; if not,"
            " there is nothing to do: it leaves this list 35 days after the payment."
        ),
    ),
    "unknown": (
        _lazy("%(about)s: the provider tells of a payment that nobody here knows."),
        _lazy(
            "Look it up on the provider’s site. If you take money there for another site too,"
            " do nothing: it leaves this list after 35 days. If it is of a reader of yours, pay"
            " it back there."
        ),
    ),
}
"""What is said of a kind of difference whatever the amounts: what it is, how it is settled."""
_OF_ORDERS = ("unpaid", "at_counter")
"""The kinds whose `ref` is the order's digits."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, what to do, the order whose money it is, where one is known, and the provider's
    own name of the payment (`ref`), by which it is found there; empty where there is none."""

    what: str
    settle: str
    order: Order | None = None
    ref: str = ""


def in_words(found: Mapping[str, object], account: Account, order: Order | None) -> Difference:
    """Return one difference of a comparison, as `operations.reconciliation` writes it, in words. It
    begins with what a bookseller knows: the order and the day."""
    kind, ref = str(found.get("what")), str(found.get("ref", ""))
    theirs, ours = (int(str(found.get(side) or 0)) for side in ("theirs", "ours"))
    code = ref if kind in _OF_ORDERS else str(found.get("order") or (order.code if order else ""))
    zone = ZoneInfo(account.shop.time_zone)
    facts = {
        "about": _about(code, str(found.get("at") or ""), zone),
        "theirs": format_cents(theirs),
        "ours": format_cents(ours),
    }
    what, settle = _told(kind, theirs, ours, account)
    is_theirs = account.provider != ProviderName.TRANSFER and kind not in (
        *_OF_ORDERS,
        "not_compared",
    )
    return Difference(what % facts, settle, order, ref if is_theirs else "")


def _about(code: str, at: str, zone: ZoneInfo) -> str:
    """Return which money it is, in words: `Order 4829 1370, Saturday 5 December`."""
    day = day_and_month(datetime.fromisoformat(at).astimezone(zone).date()) if at else ""
    facts = {"code": spaced_code(code), "day": day}
    if code:
        return (_("Order %(code)s, %(day)s") if day else _("Order %(code)s")) % facts
    return (_("A payment of %(day)s") if day else _("A payment")) % facts


def _told(kind: str, theirs: int, ours: int, account: Account) -> tuple[str, str]:
    if kind == "money":
        return _of_money(theirs, ours)
    if kind == "refund":
        return _of_refund(theirs, ours)
    if kind == "not_sent":
        return _("%(about)s: %(ours)s wait to be paid back."), _how_to_send(account)
    said = _SAID.get(kind)
    if said is None:
        return _not_compared(account)
    what, settle = said
    return str(what), str(settle)


def _not_compared(account: Account) -> tuple[str, str]:
    if account.closed_at is not None:
        return (
            _("An account that is closed answers no more, so nothing of it was compared."),
            _(
                "Nothing is to be done: this is told by mail once, and leaves this list 35 days"
                " after the last payment by it. If its keys were taken out by mistake, put them"
                " back at the provider."
            ),
        )
    return (
        _("The provider did not answer, so nothing was compared."),
        _(
            "Press “Try the account”. If it answers, do nothing: it is compared again the next"
            " night. If it does not, make a new key at the provider and enter it."
        ),
    )


def _of_money(theirs: int, ours: int) -> tuple[str, str]:
    if not ours:
        return (
            _("%(about)s: the provider has received %(theirs)s that are not written here."),
            _(
                "Look the payment up on the provider’s site: it bears the number of the order. If"
                " you want to keep nothing of it, pay all of it back there: it then leaves this"
                " list. Send nothing before that."
            ),
        )
    if not theirs:
        return (
            _("%(about)s: here stand %(ours)s, and the provider’s list has no such payment."),
            _(
                "Send nothing of this order yet. Mostly the account was changed for another one"
                " meanwhile: look the payment up in the former one. If it is nowhere, tell those"
                " who run this site."
            ),
        )
    return (
        _("%(about)s: the provider has received %(theirs)s, here stand %(ours)s."),
        _(
            "The provider’s amount is the right one. Compare it with the order before you send it,"
            " and tell those who run this site."
        ),
    )


def _of_refund(theirs: int, ours: int) -> tuple[str, str]:
    if theirs > ours:
        return (
            _("%(about)s: the provider has paid %(theirs)s back, here stand %(ours)s."),
            _(
                "What you paid back on the provider’s own site is taken over by itself the next"
                " night. If this line stands here for a second day, tell those who run this site."
            ),
        )
    return (
        _("%(about)s: here %(ours)s went back, at the provider %(theirs)s."),
        _(
            "The reader’s bank has sent it back, perhaps. Look the refund up on the provider’s"
            " site, then pay the reader by a transfer."
        ),
    )


def _how_to_send(account: Account) -> str:
    if account.provider == ProviderName.TRANSFER:
        return _(
            "Make the transfer at your bank: the law gives 14 days. Then open the order and press"
            " “I have paid it back”."
        )
    return _(
        "Press “Try the account”: the provider does not answer, or its key is good no more. It is"
        " tried again by itself, and never twice. If the account is gone for good, pay the reader"
        " otherwise, then open the order and write so under “Paid back otherwise”."
    )

"""What of a person's withdrawals is kept, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key
from comptoir.withdrawals.models import Withdrawal, WithdrawalQuerySet
from comptoir.withdrawals.operations.spans import erase_proofs
from comptoir.withdrawals.reads import today_of

_OPEN = _(
    "The shop has still to say what came back, and to pay back: it finds your parcel by this."
    " It goes with the order."
)

_WITH_ORDER = _("It goes with the order.")


def find(email: str) -> Iterator[Found]:
    """Yield the withdrawals of a person's orders (`core.retention.shape.Personal`)."""
    mine = _of(email)
    waiting = set(_open(mine).values_list("order_id", flat=True))
    told = list(mine.select_related("order__shop").order_by("pk"))
    ended = [each for each in told if each.order_id not in waiting]
    for stays, kept in (
        (_OPEN, [each for each in told if each.order_id in waiting]),
        ("", [each for each in ended if each.proof]),
        (_WITH_ORDER, [each for each in ended if not each.proof]),
    ):
        if kept:
            yield Found(_("Withdrawals"), tuple(_row(each) for each in kept), stays)


def _row(each: Withdrawal) -> dict[str, object]:
    day = today_of(each.order.shop, each.declared_at)
    return {str(_("day")): day, str(_("sent back")): each.proof}


def erase(email: str, now: datetime) -> None:  # noqa: ARG001
    """Erase what a person wrote of how they sent something back, but for orders of which something
    is still to come back."""
    mine = _of(email)
    done = mine.exclude(order__in=_open(mine).values("order"))
    erase_proofs(list(done.values_list("order_id", flat=True)))


def _of(email: str) -> WithdrawalQuerySet:
    return Withdrawal.objects.filter(order__email_key=contact_key(email))


def _open(mine: WithdrawalQuerySet) -> WithdrawalQuerySet:
    return mine.filter(ended_at=None)

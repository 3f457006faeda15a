"""A refund that goes back in another way than by what was paid, for that does it no more."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, invalid
from comptoir.payments.kinds import Otherwise, RefundStatus
from comptoir.payments.models import PaidOtherwise, Refund
from comptoir.payments.operations.captures import beside, seen_there
from comptoir.payments.operations.news import REFUNDED, tell
from comptoir.payments.operations.refunds import locked_refund, paid_on
from comptoir.payments.reads.screens import waits_for_owner


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherwiseSaid:
    """What an owner says they paid back: cents, the day, how (a value of `Otherwise`)."""

    cents: int
    dated: date
    how: str


@transaction.atomic
def note_otherwise(
    *, refund_id: int, said: OtherwiseSaid, actor: Actor, now: datetime
) -> PaidOtherwise:
    """Note that the owner has paid a refund back otherwise: one that waits at a provider for longer
    than a day, for the account is gone, one that a provider refused, or a transfer. It is asked of
    the provider no more. Of a part, the rest waits on as a refund of its own. Noted twice it is
    noted once.

    Guard: `HANDLE_MONEY`. Locks: the order, the refund. Writes: the refund, what was said of it,
    perhaps the rest, a line of the audit, a mail. Raises `NotFound`, `Forbidden`, `Invalid`
    (`bad_cents`, `bad_dated`, `bad_how`), `Conflict` (`refund_not_by_hand`).
    """
    refund = locked_refund(refund_id, actor)
    known = PaidOtherwise.objects.filter(refund=refund).first()
    if known is not None:
        return known
    if not waits_for_owner(refund, now):
        told = _("This goes back by itself: write it only where it still waits after a day.")
        raise Conflict("refund_not_by_hand", told)
    paid_at = _checked(said, refund, now)
    if rest := refund.cents - said.cents:
        _split(refund, rest)
    refund.cents, refund.status, refund.done_at = said.cents, RefundStatus.DONE, paid_at
    # What the provider still tells of it is no word on what was paid otherwise.
    refund.why, refund.ref, refund.look_at, refund.tries = "", "", None, refund.tries + 1
    refund.save()
    made = PaidOtherwise.objects.create(
        refund=refund,
        cents=said.cents,
        dated=said.dated,
        how=said.how,
        entered_at=now,
        **acted_by(actor),
    )
    facts = {"order": refund.order_id, "cents": said.cents, "dated": said.dated.isoformat()}
    facts |= {"how": said.how}
    note(actor, "payment_paid_back", subject=refund, shop_id=refund.order.shop_id, facts=facts)
    tell(refund.order, REFUNDED)
    if said.how == Otherwise.SITE:
        seen_there(refund, there=True)
    return made


def _split(refund: Refund, rest: int) -> None:
    """Write what of a locked refund was not paid back as one of its own, which waits as it did; for
    the owner alone where all of it perhaps went out once. The number of copies stays at the first.
    """
    status = RefundStatus.FAILED if refund.began_at else refund.status
    beside(refund, rest, status=status, why=refund.why, look_at=refund.look_at, done_at=None)


def _checked(said: OtherwiseSaid, refund: Refund, now: datetime) -> datetime:
    """Return the moment by which it counts. Raises `Invalid`."""
    if not 1 <= said.cents <= refund.cents:
        raise invalid("cents", _("Write what you paid back: at most what waits to go back."))
    if said.how not in Otherwise.values:
        raise invalid("how", _("Choose how you paid it back."))
    return paid_on(refund, said.dated, now)

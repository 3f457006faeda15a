"""What a provider says of a session becomes rows: money that came in, money that went back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import acted_by
from comptoir.orders.models import Order
from comptoir.payments.kinds import Otherwise, RefundReason, RefundStatus, SessionStatus
from comptoir.payments.models import Capture, PaidOtherwise, Refund, Session
from comptoir.payments.operations.news import tell_undone
from comptoir.payments.operations.settlement import decide, wait_for_bank
from comptoir.payments.providers.protocol import Back, Returned, Seen, State

_STATUS = {
    State.OPEN: SessionStatus.OPEN,
    State.PENDING: SessionStatus.PENDING,
    State.PAID: SessionStatus.PAID,
    State.ENDED: SessionStatus.ENDED,
}
BACK = {
    Back.ON_ITS_WAY: RefundStatus.SENT,
    Back.DONE: RefundStatus.DONE,
    Back.FAILED: RefundStatus.FAILED,
}
SOON, LATER = timedelta(minutes=10), timedelta(hours=3)


@transaction.atomic
def record(session_id: int, seen: Seen, *, now: datetime) -> None:
    """Write how a session stands: each cent once, however often, late or out of order it is told.

    Once paid, it stays so. What became of the order by that is decided in the same transaction
    (`settlement.decide`); while a bank is slow its copies are kept (`wait_for_bank`), and where it
    says no after all the reader is told. Locks: the order, then the session. Writes: the session,
    the capture, its refunds, a mail, what `decide` and `wait_for_bank` do.
    """
    order_id = Session.objects.values_list("order_id", flat=True).get(pk=session_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("shop").get(pk=order_id)
    session = Session.objects.select_for_update().select_related("account").get(pk=session_id)
    was_pending = session.status == SessionStatus.PENDING
    if session.status != SessionStatus.PAID:
        session.status = _STATUS[seen.state]
        is_over = seen.state in (State.PAID, State.ENDED)
        session.ended_at = now if is_over else None
        session.looks += 1
        wait = LATER if seen.state is State.PENDING else SOON * min(session.looks, 12)
        session.look_at = None if is_over else _next(session, now, wait)
        session.save(update_fields=["status", "ended_at", "looks", "look_at"])
    if seen.state is State.PENDING:
        wait_for_bank(order, session)
    elif seen.state is State.ENDED and was_pending and order.ended_at is None:
        tell_undone(order, session.cents)
    if seen.state is State.PAID:
        capture, _new = Capture.objects.get_or_create(
            account=session.account,
            ref=seen.payment,
            defaults={
                "order": order,
                "session": session,
                "cents": seen.cents,
                "captured_at": seen.at or now,
                "noted_at": now,
                "late": order.ended_at is not None,
            },
        )
        for each in seen.returned:
            adopt(capture, each, now)
    decide(order, now=now)


def _next(session: Session, now: datetime, wait: timedelta) -> datetime:
    """When a session is looked at again: also just after it is over at the provider."""
    over = session.expires_at + timedelta(minutes=1)
    return min(now + wait, over) if over > now else now + wait


def adopt(capture: Capture, returned: Returned, now: datetime) -> Refund | None:
    """Write how a refund stands at the provider; one that somebody made there is written as such,
    but for one that failed and is not known: nothing went back by it (None).

    Where the provider had refused to send as much, or the owner has noted that they paid as much
    back, it is that refund: no cent is counted twice. Noted as made there it is that one whatever
    the amount: the provider's counts. A step of a verb that has locked the order. Writes: the
    refund. What failed and was asked for again is told by its own key; what is done stays so, with
    its day, unless the bank took it back.
    """
    mine = capture.refunds.select_for_update()
    found = mine.filter(ref=returned.ref).first() or _by_key(capture, returned.key)
    if found is None and returned.state is Back.FAILED:
        return None
    if found is None:
        found = _instead_of(capture, returned)
    if found is None:
        found = Refund(
            order_id=capture.order_id,
            capture=capture,
            cents=returned.cents,
            reason=RefundReason.PROVIDER,
            token=Refund.new_token(),
            asked_at=now,
            began_at=now,
            **acted_by(SYSTEM),
        )
    elif returned.key.startswith(f"{found.token}-") and returned.key != found.key:
        return found
    is_done = found.status == RefundStatus.DONE and returned.state is not Back.FAILED
    found.ref, found.why = returned.ref, returned.why[:300]
    found.status = RefundStatus.DONE if is_done else BACK[returned.state]
    # Told again, it went back on the same day: reports of money go by it.
    found.done_at = (found.done_at or now) if found.status == RefundStatus.DONE else None
    found.look_at = now + LATER if found.status == RefundStatus.SENT else None
    found.save()
    if found.status == RefundStatus.FAILED:
        PaidOtherwise.objects.filter(refund=found.pk).delete()
    _share_out(capture)
    give_way(capture)
    return found


def give_way(capture: Capture) -> None:
    """Have refunds that failed go back no more than is left of a capture: somebody has paid the
    rest back at the provider meanwhile. A step, as `adopt`."""
    over = sum(capture.refunds.values_list("cents", flat=True)) - capture.cents
    failed = capture.refunds.filter(status=RefundStatus.FAILED)
    for each in failed.select_for_update().order_by("-pk"):
        if over <= 0:
            return
        share = min(over, each.cents)
        over -= share
        if share == each.cents:
            each.delete()
        else:
            each.cents -= share
            each.save(update_fields=["cents"])


def seen_there(noted: Refund, *, there: bool = False) -> None:
    """Have a refund that its owner has noted be what somebody has made at the provider since it was
    asked for, taken over by itself: of as many cents, or, noted as made `there`, of whatever.

    A step, as `adopt`. Writes: the refund, what was said of it. Deletes: what was taken over.
    """
    capture, rest = noted.capture, noted
    known = capture.refunds.select_for_update(of=("self",)).filter(
        reason=RefundReason.PROVIDER,
        status__in=(RefundStatus.SENT, RefundStatus.DONE),
        asked_at__gte=noted.asked_at,
        otherwise=None,
    )
    for theirs in sorted(known.exclude(ref=""), key=lambda x: (x.cents != noted.cents, x.pk)):
        if theirs.cents != rest.cents and not there:
            continue
        theirs.delete()
        mine, left = rest, _as_much(rest, theirs.cents)
        mine.ref = theirs.ref
        mine.save(update_fields=["cents", "ref"])
        if left is None:
            break
        rest = left
    _share_out(capture)


def _instead_of(capture: Capture, returned: Returned) -> Refund | None:
    """Return the refund that somebody made at the provider by hand: one whose owner noted so, one
    that failed here, or one whose owner noted that they paid it back, and not how."""
    mine = capture.refunds.select_for_update(of=("self",)).order_by("pk")
    noted = mine.filter(status=RefundStatus.DONE, ref="")
    there = noted.filter(otherwise__how=Otherwise.SITE)
    for rows in (there, mine.filter(status=RefundStatus.FAILED), noted.filter(otherwise=None)):
        if found := rows.filter(cents=returned.cents).first():
            return found
    if found := there.first():
        _as_much(found, returned.cents)
    return found


def _as_much(noted: Refund, cents: int) -> Refund | None:
    """Have a refund that was noted as made at the provider be of as many cents as it is there.
    Return what is left of it, which stays noted as one of its own, or None. The number of copies
    stays at the first."""
    left, noted.cents = noted.cents - cents, cents
    if left <= 0:
        return None
    said = PaidOtherwise.objects.get(refund=noted)
    PaidOtherwise.objects.filter(refund=noted).update(cents=cents)
    said.refund = beside(noted, left)
    said.cents = left
    said.save(force_insert=True)
    return said.refund


def _share_out(capture: Capture) -> None:
    """Have what is more at the provider than was noted of it be of what was noted as made there and
    was not seen: one refund may be made there for several. A step, as `adopt`. Writes: what was
    said of them. Deletes: refunds of which nothing is left."""
    mine = capture.refunds.select_for_update(of=("self",)).select_related("otherwise")
    site = list(mine.filter(otherwise__how=Otherwise.SITE).order_by("pk"))
    for seen in (each for each in site if each.ref):
        for other in (each for each in site if not each.ref):
            share = min(other.cents, seen.cents - seen.otherwise.cents)
            if share <= 0:
                continue
            seen.otherwise.cents += share
            seen.otherwise.save(update_fields=["cents"])
            other.cents -= share
            other.otherwise.cents = other.cents
            if other.cents:
                other.otherwise.save(update_fields=["cents"])
                other.save(update_fields=["cents"])
            else:
                PaidOtherwise.objects.filter(refund=other.pk).delete()
                Refund.objects.filter(pk=other.pk).delete()


def beside(refund: Refund, cents: int, **other: object) -> Refund:
    """Return a part of a refund as a row of its own, alike but for its cents and what is `other`;
    the number of copies stays at the first. A step of a verb that has locked the refund."""
    facts: dict[str, Any] = {
        "order_id": refund.order_id,
        "capture_id": refund.capture_id,
        "line_id": refund.line_id,
        "reason": refund.reason,
        "status": refund.status,
        "asked_at": refund.asked_at,
        "done_at": refund.done_at,
        "actor_kind": refund.actor_kind,
        "actor_id": refund.actor_id,
    }
    return Refund.objects.create(token=Refund.new_token(), cents=cents, **{**facts, **other})


def _by_key(capture: Capture, key: str) -> Refund | None:
    token = key.rpartition("-")[0]
    return capture.refunds.select_for_update().filter(token=token).first() if token else None

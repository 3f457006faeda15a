"""Sending messages, again and again if need be, and never two at once to one endpoint.

A dead endpoint costs one sender ten seconds now and then: after a failure it is left alone, longer
each time, whatever waits for it. Nothing is sent inside a transaction; a sender that dies leaves
its endpoint to others after `LEASE`, and the message may then come twice, by the same `webhook-id`.
"""

import json
import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from comptoir.core.errors import DomainError
from comptoir.core.exits import voice
from comptoir.core.gate import ask
from comptoir.webhooks import mails
from comptoir.webhooks.models import Attempt, Delivery, DeliveryStatus, Endpoint
from comptoir.webhooks.signature import headers

SECONDS = 10.0
LEASE = timedelta(seconds=60)
NOTE_CHARACTERS = 300
TAKEN_BYTES = 64 * 1024
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""Between two tries: three days in all, as Standard Webhooks advises."""
JITTER = 0.2
LONGEST_REST = timedelta(minutes=5)
DISABLED_AFTER = timedelta(days=5)
GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try went: the HTTP status (none if nothing came), a note, how long it took."""

    status: int | None
    note: str
    milliseconds: int

    @property
    def good(self) -> bool:
        """Whether the message was received."""
        return self.status is not None and 200 <= self.status < 300


@transaction.atomic
def claim(now: datetime) -> Delivery | None:
    """Take the next delivery that is due, of the endpoint that was not served for longest.

    Until `LEASE` is over, or `record` is called, nobody else serves that endpoint. None is due
    while this installation is quiet. Locks: the endpoint, or skips it. Writes: its lease.
    """
    if voice.silence():
        return None
    due = Delivery.objects.filter(
        endpoint=OuterRef("pk"), status=DeliveryStatus.PENDING, next_at__lte=now
    )
    ready = Q(paused_at=None, disabled_at=None)
    for moment in ("rest_until", "busy_until"):
        ready &= Q(**{moment: None}) | Q(**{f"{moment}__lte": now})
    # SKIP LOCKED: two senders at once take two endpoints. The row is free again at the commit, and
    # the lease in it keeps others away while the message is sent outside any transaction.
    endpoint = (
        Endpoint.objects.filter(ready, Exists(due))
        .order_by(F("served_at").asc(nulls_first=True), "pk")
        .select_for_update(skip_locked=True, no_key=True)
        .first()
    )
    if endpoint is None:
        return None
    waiting = endpoint.deliveries.filter(status=DeliveryStatus.PENDING, next_at__lte=now)
    found = waiting.select_related("message").order_by("next_at", "pk").first()
    if found is not None:
        # The object with the lease: `record` compares it with what the row holds by then.
        found.endpoint = endpoint
        endpoint.busy_until, endpoint.served_at = now + LEASE, now
        endpoint.save(update_fields=["busy_until", "served_at"])
    return found


def send(delivery: Delivery) -> Answer:
    """POST a message to its endpoint, once; no redirection is followed, ten seconds at most.

    Raises `Quiet`: then it was not tried.
    """
    began, note = monotonic(), b""
    status: int | None = None
    body = body_of(delivery)
    sent = {
        "Content-Type": "application/json",
        "Accept": "*/*",
        **headers(delivery.endpoint, ref=delivery.message.ref, body=body, at=timezone.now()),
    }
    try:
        with ask(
            delivery.endpoint.url,
            method="POST",
            headers=sent,
            content=body,
            seconds=SECONDS,
            largest=TAKEN_BYTES,
        ) as answer:
            status = answer.status
            with suppress(DomainError):
                note = next(iter(answer.pieces), b"")
        text = note.decode("utf-8", errors="replace")
    except voice.Quiet:
        raise
    except DomainError as error:
        text = str(error)
    return Answer(status, _plain(text), round((monotonic() - began) * 1000))


def body_of(delivery: Delivery) -> bytes:
    """Return the JSON of a message, the same at every try."""
    message = delivery.message
    content = {
        "type": message.event,
        "timestamp": message.created_at.isoformat(),
        "data": {"sequence": message.pk, **message.data},
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@transaction.atomic
def record(delivery: Delivery, answer: Answer, now: datetime) -> None:
    """Write how a try went, when the next one is, and leave the endpoint to the next sender.

    An endpoint that answers that it is gone (410), or that received nothing for `DISABLED_AFTER`,
    is disabled, and its shop gets a mail. For one that was removed meanwhile nothing is written. A
    delivery that is no longer as it was claimed stays as it is: somebody had it sent again, or
    another sender took it when the lease was over; the lease of another stays too.

    Locks: the endpoint, then the delivery. Writes: both, the try, perhaps a mail.
    """
    locked = Endpoint.objects.select_for_update(no_key=True)
    endpoint = locked.filter(pk=delivery.endpoint_id).first()
    if endpoint is None:
        return
    # After `LEASE` another sender may hold the endpoint: its lease is not ours to end.
    if _is_own_lease(endpoint, delivery):
        endpoint.busy_until = None
    if answer.good:
        endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
    else:
        _rest(endpoint, now)
        if answer.status == GONE or now - (endpoint.failing_since or now) >= DISABLED_AFTER:
            _disable(endpoint, now)
    endpoint.save(
        update_fields=["busy_until", "failures", "failing_since", "rest_until", "disabled_at"]
    )
    _record_try(delivery, answer, now)


def _record_try(delivery: Delivery, answer: Answer, now: datetime) -> None:
    """Write the log of a delivery, if it was not erased, and what comes next, if it is ours."""
    found = Delivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk).first()
    if found is None:
        return
    Attempt.objects.create(
        delivery=found,
        at=now,
        milliseconds=answer.milliseconds,
        status=answer.status,
        note=answer.note,
    )
    if not _is_as_claimed(found, delivery):
        return
    if answer.good:
        found.status = DeliveryStatus.DELIVERED
    else:
        _put_off(found, now)
    found.save(update_fields=["status", "tries", "next_at"])


def _is_own_lease(endpoint: Endpoint, claimed: Delivery) -> bool:
    return endpoint.busy_until == claimed.endpoint.busy_until


def _is_as_claimed(found: Delivery, claimed: Delivery) -> bool:
    """Return whether nobody changed a delivery meanwhile.

    A replay of a first try differs by its moment alone: that is why `resume_endpoint` leaves alone
    what is due already.
    """
    names = ("status", "tries", "next_at")
    return all(getattr(found, name) == getattr(claimed, name) for name in names)


def _put_off(delivery: Delivery, now: datetime) -> None:
    delivery.tries += 1
    if delivery.tries > len(WAITS):
        delivery.status = DeliveryStatus.FAILED
        return
    delivery.next_at = now + _jittered(WAITS[delivery.tries - 1])


def _rest(endpoint: Endpoint, now: datetime) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    wait = min(timedelta(seconds=2 ** min(endpoint.failures, 16)), LONGEST_REST)
    endpoint.rest_until = now + _jittered(wait)


def _disable(endpoint: Endpoint, now: datetime) -> None:
    if endpoint.disabled_at is None:
        endpoint.disabled_at = now
        mails.mail_disabled(endpoint)


def _jittered(wait: timedelta) -> timedelta:
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311


def _plain(text: str) -> str:
    """Return the beginning of an answer as one line of printable text."""
    return "".join(c if c.isprintable() else " " for c in text[:NOTE_CHARACTERS]).strip()

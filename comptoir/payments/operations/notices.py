"""What providers tell by themselves: kept before it is acknowledged, settled by asking them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app

from comptoir.payments.errors import Refused, Silent, no_such_account
from comptoir.payments.models import Account, Capture, Notice, Session
from comptoir.payments.operations.sessions import look
from comptoir.payments.providers import ONLINE, provider_of
from comptoir.payments.providers.protocol import Told

LONGEST_WAIT = timedelta(hours=6)
BACK = timedelta(days=35)
"""So far back providers are compared with us and asked about what they told: a refund may come
weeks after the money."""


def take_notice(
    *, provider: str, token: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Notice:
    """Keep what a provider tells, and only then let it be acknowledged; a job settles it.

    Told twice it is one row. One of a session that nobody knows is kept too, and tried again: it
    may have come before its session, and is listed by the reconciliation until it is known.

    Guard: the provider's signature (Mollie's has none: what it says is only asked), and the secret
    word in the address. Writes: the notice; queues the job. Raises `NotFound` (`no_such_account`),
    `BadSignature`, `NoKey`.
    """
    account = Account.objects.filter(provider=provider, token=token).first()
    if account is None or provider not in ONLINE:
        raise no_such_account()
    told = provider_of(account).read(headers, body, now)
    return _kept(account, told, body, now)


@transaction.atomic
def _kept(account: Account, told: Told, body: bytes, now: datetime) -> Notice:
    notice, new = Notice.objects.get_or_create(
        account=account,
        event=told.event[:120],
        defaults={
            "kind": told.kind[:60],
            "ref": (told.ref or told.payment)[:120],
            "key": told.key[:47],
            "digest": sha256(body).hexdigest(),
            "received_at": now,
            "next_at": now,
            # Of a till, or another program, of the same account: nothing to do here.
            **({} if told.ours else {"settled_at": now, "next_at": None}),
        },
    )
    if not new:
        Notice.objects.filter(pk=notice.pk).update(times=F("times") + 1)
    if notice.settled_at is None:
        app.configure_task("comptoir.payments.settle_notice").defer(notice_id=notice.pk)
    return notice


def settle_notice(*, notice_id: int, now: datetime) -> bool:
    """Do as `follow`; where the provider is silent, the notice is not settled."""
    try:
        return follow(notice_id=notice_id, now=now)
    except Silent:
        return False


def follow(*, notice_id: int, now: datetime) -> bool:
    """Ask the provider how the session of a notice stands; return whether it is settled by that.

    Network, outside any transaction. Writes: the notice, what `look` does. A session that nobody
    knows, and a provider that does not answer, leave it for later, up to six hours apart; it is
    given up when it leaves the comparison. Raises `Silent` when that is written, `NoKey`,
    `NoWayToPay`.
    """
    notice = Notice.objects.select_related("account").get(pk=notice_id)
    if notice.settled_at is not None:
        return True
    session = _session(notice)
    good, silence = False, None
    if session is not None:
        try:
            look(session, now)
            good = True
        except Refused:
            good = False
        except Silent as silent:
            silence = silent
    wait = min(timedelta(minutes=1) * 2 ** min(notice.tries, 10), LONGEST_WAIT)
    is_over = good or now + wait > notice.received_at + BACK
    Notice.objects.filter(pk=notice_id, settled_at=None).update(
        tries=F("tries") + 1,
        settled_at=now if good else None,
        next_at=None if is_over else now + wait,
    )
    if silence is not None:
        raise silence
    return good


def _session(notice: Notice) -> Session | None:
    """Return the session that a notice is about: by our name for it, the provider's, or that of the
    money."""
    known = Session.objects.select_related("account")
    if notice.key and (found := known.filter(token=notice.key).first()):
        return found
    if not notice.ref:
        return None
    # One account there may be several here: of new keys, of another shop.
    of = Account.objects.filter(provider=notice.account.provider)
    capture = Capture.objects.filter(account__in=of, ref=notice.ref).first()
    by_money = Q(pk=capture.session_id) if capture else Q(pk=None)
    return known.filter(Q(account__in=of, ref=notice.ref) | by_money).first()

"""The mail that says that titles are back, and what becomes of its alerts.

A mailbox gets one mail for all that is due to it, and the next one `ALERT_MAILS_PER_HOUR` allows.
Whether it is still true is asked here, and once more as the mail is rendered (`alerts.mails`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comptoir.alerts.models import Alert
from comptoir.alerts.operations.moves import about, drop
from comptoir.alerts.reads import offers_for
from comptoir.core.db import execute, fetch
from comptoir.core.limits import Limit, Spent, tally
from comptoir.notifications.models import MessageStatus, Reason
from comptoir.notifications.operations import Draft, forget, queue
from comptoir.orders.contacts import recipient_key

BATCH = 500
AGAIN = timedelta(minutes=1)
"""When a mailbox is looked at again of which one mail is still on its way."""
HOUR = 3600
_ENDED = """
SELECT a.id, coalesce(m.status, 'failed'), coalesce(m.reason, '')
FROM alerts_alert a LEFT JOIN LATERAL (
    SELECT status, reason FROM notifications_message WHERE about = a.mail ORDER BY id DESC LIMIT 1
) m ON true
WHERE a.mail <> '' AND a.due_at IS NOT NULL AND m.status IS DISTINCT FROM 'queued'
ORDER BY a.id LIMIT %s
"""
_ON_THE_WAY = """
UPDATE alerts_alert a SET mail = m.mail
FROM unnest(%s::bigint[], %s::text[]) AS m (id, mail) WHERE a.id = m.id
"""
_UNTOLD = (Reason.TOO_LATE, Reason.UNWRITTEN)
"""Why a mail has ended that nobody's address or server is to blame for: it is written anew."""

Mailbox = str


def tell(*, now: datetime) -> int:
    """Write to those whose titles are back and still there; return how many mails were queued.

    An alert whose copy has gone meanwhile waits on. Guard: none, the system's own. Locks, a batch
    a transaction: the alerts, or skips those that somebody else holds; then counts, by key. Writes:
    the alerts, counts, mails.
    """
    count = 0
    while (found := _tell(now)) is not None:
        count += found
    return count


@transaction.atomic
def _tell(now: datetime) -> int | None:
    """Write to the mailboxes of a batch; None where nothing is due."""
    alerts = _lock_due(now)
    if not alerts:
        return None
    there = offers_for(alerts, now)
    gone = [alert for alert in alerts if not there[alert.pk]]
    _put_off(gone, None)
    by_mailbox: dict[Mailbox, list[Alert]] = defaultdict(list)
    for alert in alerts:
        if there[alert.pk]:
            by_mailbox[recipient_key(alert.email)].append(alert)
    for mailbox in _on_the_way(by_mailbox):
        _put_off(by_mailbox.pop(mailbox), now + AGAIN)
    limit = mails_an_hour()
    spent = tally({(limit, mailbox): 1 for mailbox in by_mailbox})
    told = []
    for mailbox, theirs in by_mailbox.items():
        so_far = spent.get((limit, mailbox), Spent(0, 0))
        if so_far.count > limit.count:
            _put_off(theirs, now + timedelta(seconds=max(so_far.seconds_left, 1)))
        else:
            told.append(theirs)
    _write(told)
    return len(told)


def mails_an_hour() -> Limit:
    """Return the limit of news to a mailbox, as one mail in a part of an hour: so many in any hour
    that one looks at, not twice as many around the end of a window."""
    return Limit("alert_news", 1, -(-HOUR // settings.ALERT_MAILS_PER_HOUR))


def settle(*, now: datetime) -> int:
    """Delete the alerts whose news has left or never will, with their mails; return how many.

    News that would no longer have been true, or that an alert was taken out of, did not leave: its
    other alerts are looked at again at once.

    Guard: none, the system's own. Locks, a batch a transaction: the alerts, or skips them; then
    counts. Writes: the alerts, counts; deletes the mails.
    """
    count = 0
    while found := _settle(now):
        count += found
    return count


@transaction.atomic
def _settle(now: datetime) -> int:
    ended = {key: (status, reason) for key, status, reason in fetch(_ENDED, [BATCH])}
    alerts = list(Alert.objects.select_for_update(skip_locked=True).filter(pk__in=ended))
    untold = [alert for alert in alerts if ended[alert.pk][1] in _UNTOLD]
    used = [alert for alert in alerts if ended[alert.pk][1] not in _UNTOLD]
    forget(about=sorted({alert.mail for alert in untold}))
    _put_off(untold, now)
    # The pause before the next mail is counted from when this one left, however late that was.
    left = [alert for alert in used if ended[alert.pk][0] == MessageStatus.SENT]
    tally({(mails_an_hour(), recipient_key(alert.email)): 1 for alert in left})
    _use_up(used)
    return len(alerts)


def _use_up(alerts: Sequence[Alert]) -> None:
    """Delete alerts and their mails; the demonstration shows every mail, and keeps them."""
    if settings.DEMO:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).delete()
    else:
        drop(alerts)


def _lock_due(now: datetime) -> list[Alert]:
    due = Alert.objects.filter(due_at__lte=now, mail="").order_by("email_key", "pk")
    # SKIP LOCKED: two jobs share the work; PostgreSQL looks again at each row that it locks.
    return list(due.select_for_update(skip_locked=True)[:BATCH])


def _on_the_way(by_mailbox: Iterable[Mailbox]) -> list[Mailbox]:
    """Return the mailboxes to which news has not left yet: a mail server that was away for hours
    takes all that waits for it in a minute."""
    waiting = Alert.objects.filter(due_at__isnull=False).exclude(mail="")
    # By the mailbox, as the limit counts: variants of an address have keys of their own.
    busy = {recipient_key(email) for email in waiting.values_list("email", flat=True).distinct()}
    return [box for box in by_mailbox if box in busy]


def _put_off(alerts: Sequence[Alert], until: datetime | None) -> None:
    """Have alerts looked at again from a moment on; without one, when the stock answers again."""
    if alerts:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(due_at=until, mail="")


def _write(told: Iterable[Sequence[Alert]]) -> None:
    drafts: list[Draft] = []
    mails: dict[int, str] = {}
    for theirs in told:
        first, keys = theirs[0], [alert.pk for alert in theirs]
        mails |= dict.fromkeys(keys, about(first))
        drafts.append(
            Draft(first.email, first.language, "alert_back", {"alerts": keys}, about(first))
        )
    execute(_ON_THE_WAY, [list(mails), list(mails.values())])
    if drafts:
        queue(drafts)

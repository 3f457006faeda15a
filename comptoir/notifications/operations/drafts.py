"""Mails to send, written with the transaction that causes them, and the jobs that send them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from comptoir.core.db import execute, fetch
from comptoir.core.watch import trail

Context = Mapping[str, Any]

TRAIL = "trail"
"""The name in a mail's context of the number of the request that caused it."""
TOGETHER = 16
"""How many mails one job sends at most, and how many are marked as sent at once: so many may leave
twice where a process is killed."""
FIRST, LAST = 10, -10
"""The priorities of the jobs of mails for which somebody waits, codes, which leave before all
others, and of mails that are written by the thousand and for which nobody does (`leave_last`)."""
_last: set[str] = set()
# procrastinate's own SQL function, called on the rows just written: a busy evening pays for one
# statement, not for an object a mail. A job of one mail is of the kind that every version knows.
_JOBS = (
    "SELECT procrastinate_defer_jobs_v1(array_agg(ROW(%s, CASE WHEN n = 1 THEN %s ELSE %s END, %s,"
    " NULL, NULL, CASE WHEN n = 1 THEN jsonb_build_object('message_id', ids[1])"
    " ELSE jsonb_build_object('message_ids', to_jsonb(ids)) END,"
    " NULL)::procrastinate_job_to_defer_v1))"
    " FROM (SELECT array_agg(id) AS ids, count(*) AS n FROM"
    " (SELECT id, (row_number() OVER () - 1) / %s AS part FROM queued) AS parted"
    " GROUP BY part) AS jobs"
)
_WRITE = (
    "WITH queued AS (INSERT INTO notifications_message"  # noqa: S608 - ours
    ' ("to", language, template, context, about, secret, status, error, subject, text, html)'
    " SELECT d.*, %s, 'queued', '', '', '', '' FROM unnest(%s::text[], %s::text[], %s::text[],"
    " %s::jsonb[], %s::text[]) AS d RETURNING id)"
    f" SELECT (SELECT array_agg(id) FROM queued), ({_JOBS})"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail to send. `context` names what it is about (in JSON); the builder registered for its
    template completes it when the mail is rendered (`register`). The content of a `secret` mail (a
    sign-in code) is kept no longer than it takes to send it, and it leaves before others."""

    to: str
    language: str
    template: str
    context: Context
    about: str = ""
    secret: bool = False


def queue(drafts: Sequence[Draft]) -> list[int]:
    """Write these mails and the jobs that will send them, with the current transaction: one job for
    `TOGETHER` mails, one of its own, before the others, for each that is secret. Those of templates
    that `leave_last` have jobs behind the others.

    Returns the keys of the mails, in no order.

    Guard: the caller's. Locks nothing. Writes: the mails, their jobs; a rollback takes both back.
    """
    number = trail.current()
    trailed = {TRAIL: number} if number else {}
    by_priority = sorted(drafts, key=_priority)
    return [
        key
        for priority, several in groupby(by_priority, key=_priority)
        for key in _write(list(several), trailed, priority)
    ]


def leave_last(*templates: str) -> None:
    """Have the mails of these templates wait while any other is to be sent."""
    _last.update(templates)


def _priority(draft: Draft) -> int:
    if draft.secret:
        return FIRST
    return LAST if draft.template in _last else 0


def _write(drafts: list[Draft], trailed: Context, priority: int) -> list[int]:
    secret = priority == FIRST
    ((keys, _jobs),) = fetch(
        _WRITE,
        [
            secret,
            [draft.to for draft in drafts],
            [draft.language for draft in drafts],
            [draft.template for draft in drafts],
            [json.dumps({**draft.context, **trailed}) for draft in drafts],
            [draft.about for draft in drafts],
            *_job(priority),
            1 if secret else TOGETHER,
        ],
    )
    return list(keys)


def queue_again(message_ids: Iterable[int], *, seconds: int = 0) -> None:
    """Write a job of its own for each of these mails, due in so many seconds."""
    send_one = _job(0)
    execute(
        "SELECT procrastinate_defer_jobs_v1(array_agg(ROW(%s, %s, m.priority, NULL, NULL,"
        " jsonb_build_object('message_id', m.id),"
        " CASE WHEN %s > 0 THEN now() + make_interval(secs => %s) END"
        ")::procrastinate_job_to_defer_v1)) FROM"
        " (SELECT id, CASE WHEN secret THEN %s WHEN template = ANY(%s) THEN %s ELSE 0 END"
        " AS priority FROM notifications_message WHERE id = ANY(%s) ORDER BY id) AS m"
        " HAVING count(*) > 0",
        [*send_one[:2], seconds, seconds, FIRST, sorted(_last), LAST, list(message_ids)],
    )


def _job(priority: int) -> tuple[str, str, str, int]:
    """Return queue, name for one mail and name for several of a job that sends, and a priority."""
    from comptoir.notifications.tasks import send_message, send_messages

    return send_message.queue, send_message.name, send_messages.name, priority

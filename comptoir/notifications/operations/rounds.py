"""Rounds: the mails of a job, and those of others that wait, rendered and handed over together.

What a mail costs beyond its own text (a connection to the mail server, the statements that read
what it is about and that mark it as sent, the worker's dealings with a job) a round pays once.
Where the mail server is slow a round takes no job but its own, so that the workers share the wait.
"""

import json
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from comptoir.core.db import execute, fetch, is_gone
from comptoir.core.exits.voice import Quiet
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.operations.drafts import TOGETHER, queue_again
from comptoir.notifications.operations.letters import (
    NoLongerTrue,
    Reader,
    letter,
    read_together,
    still_matters,
)
from comptoir.notifications.operations.outcome import (
    end,
    hold,
    mark_sent,
    note_failure,
    trail_of,
)
from comptoir.notifications.patience import TRIES, WAITS
from comptoir.notifications.smtp import Trouble, refuses_only_it, understand, was_ended

LATE = timedelta(minutes=5)
"""After so long a mail is looked at again before it leaves: it may say what no longer holds."""
TURN_SECONDS = 1.0
"""How long a job goes on with others that wait, one round after another."""
ROUND_SECONDS = 0.5
"""After so long a round leaves its other mails to other workers; a mail under way is not stopped.
So long, at most, a sign-in code waits for mails that leave at once."""
SLOW_SECONDS = 0.05
"""A mail server that takes longer than that for a mail is slow."""
# Those that are due, codes first, until their mails fill the round. They are this worker's until
# they are removed or put back; where it is killed they are put back as its own are (`core.tasks`).
_CLAIM = """
WITH due AS (
    SELECT id, priority, coalesce(jsonb_array_length(args->'message_ids'), 1) AS mails
    FROM procrastinate_jobs
    WHERE queue_name = 'mail' AND status = 'todo' AND task_name = ANY(%s) AND lock IS NULL
      AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED
), counted AS (
    SELECT id, sum(mails) OVER (ORDER BY priority DESC, id) AS mails FROM due
)
UPDATE procrastinate_jobs j SET status = 'doing', worker_id = %s
FROM counted c WHERE j.id = c.id AND c.mails <= %s
RETURNING j.id, j.args, j.attempts
"""

_RETRY = (
    "SELECT procrastinate_retry_job_v2(%s, now() + make_interval(secs => %s), NULL, NULL, NULL)"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker does: its mails, how often it was tried, whose it is. `alone`: of one
    mail, which it goes on trying; a mail of several that fails gets such a job."""

    job: int
    mails: tuple[int, ...]
    attempts: int
    alone: bool
    worker: int | None = None


_astray: deque[Claim] = deque()
"""Claims of jobs of others that this process could not put back: as their worker lives, nobody else
takes them for stalled. They are put back before the next round."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a mail has not left, and whether another try is worth it."""

    error: Exception
    again: bool


@dataclass(slots=True)
class Result:
    """What became of the mails of a round; `left` were not tried."""

    sent: list[Message] = field(default_factory=list)
    failed: dict[int, Exception] = field(default_factory=dict)
    left: list[Message] = field(default_factory=list)


class Post:
    """The way to the mail server: a connection is kept for the mails that follow."""

    pace = 0.0
    """How many seconds the mail server took for the last mail of this process."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> "Post":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def hand_over(self, mail: EmailMessage) -> None:
        """Give one mail to the mail server. Raises `Quiet`, and what the mail server raises.

        A connection on which mails have left, and which the server has ended since, is made anew.
        """
        began = time.monotonic()
        was_open = self._connection is not None
        try:
            self._send(mail)
        except Exception as error:
            if refuses_only_it(error):
                raise
            self._close()
            if not (was_open and was_ended(error)):
                raise
            self._send(mail)
        finally:
            Post.pace = time.monotonic() - began

    def ask(self) -> None:
        """Connect to the mail server, sign in, and leave, as for a mail. Raises what it raises."""
        connection = get_connection()
        connection.open()
        connection.close()

    def _send(self, mail: EmailMessage) -> None:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        self._connection.send_messages([mail])

    def _close(self) -> None:
        """Leave the mail server; what it says to that changes nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError):
                connection.close()


def deliver(*, message_id: int) -> None:
    """Render and send one queued mail; a mail already sent is left alone.

    Everything that `deliver_round` says of a mail holds. Raises what rendering or the mail server
    raises, for `note_failure`.
    """
    with Post() as post:
        result = _hand_over(_queued([message_id]), post)
    if result.sent:
        mark_sent(result.sent)
    for error in result.failed.values():
        raise error


def deliver_round(claim: Claim, *, worker: int | None) -> Failure | None:
    """Render and send the mails of a job, then, for `TURN_SECONDS`, those of others that wait; a
    mail already sent is left alone. Returns why the job's only mail has not left, if it has one.

    One that is late and no longer matters (`register`), or that is no longer true, does not leave:
    it is marked as failed.

    Mails leave outside any transaction and are marked sent afterwards, `TOGETHER` at most at once:
    a crash in between sends them twice rather than never. While this installation is quiet they are
    held instead, and wait for `release` without a job. One that fails fails alone: it is tried
    again by a job of its own. Locks nothing but for that. Writes: the mails' status and content;
    the jobs that it took from others; those that wait for the mail server are tried at once.
    """
    until = time.monotonic() + TURN_SECONDS
    _put_back([_astray.popleft() for _each in range(len(_astray))])
    with Post() as post:
        room = 0 if Post.pace > SLOW_SECONDS else TOGETHER - len(claim.mails)
        failures = _round(claim, _claim_others(room, worker), post)
        while Post.pace <= SLOW_SECONDS and time.monotonic() < until:
            if not (others := _claim_others(TOGETHER, worker)):
                break
            _round(None, others, post)
    return failures.get(claim.job)


def claim_of(job: int, args: Mapping[str, Any], attempts: int, worker: int | None = None) -> Claim:
    """Return a job as its arguments name its mails."""
    alone = "message_id" in args
    mails = [args["message_id"]] if alone else args["message_ids"]
    return Claim(job, tuple(mails), attempts, alone, worker)


def _claim_others(room: int, worker: int | None) -> list[Claim]:
    """Take jobs that wait from the queue, with so many mails at most."""
    from comptoir.notifications.tasks import send_message, send_messages

    if room <= 0 or worker is None:
        return []
    names = [send_message.name, send_messages.name]
    taken: list[Claim] = []
    try:
        with transaction.atomic(durable=True):
            rows = fetch(_CLAIM, [names, room, worker, room])
            taken += [claim_of(job, json.loads(args), tries, worker) for job, args, tries in rows]
    except Exception:
        _astray.extend(taken)  # the commit may have been done, and its answer lost
        raise
    return taken


def _round(mine: Claim | None, others: Sequence[Claim], post: Post) -> dict[int, Failure]:
    """Send the mails of these jobs and settle those of others; return why the mail of one's own has
    not left, by its job. Where it cannot be done, the others go back to the queue."""
    claims = [mine, *others] if mine else others
    alone = {key for claim in claims if claim.alone for key in claim.mails}
    try:
        queued = _queued([key for claim in claims for key in claim.mails])
        # One of several that was tried has a job of its own by now.
        result = _hand_over([each for each in queued if not each.tries or each.pk in alone], post)
        return _settle(mine, others, result)
    except Exception:
        connection.close()  # it may be what fails
        _put_back(others)
        raise


def _queued(keys: Sequence[int]) -> list[Message]:
    """Return those of these mails that are to be sent, in the order of their jobs."""
    found = Message.objects.filter(status=MessageStatus.QUEUED, held_at=None).in_bulk(keys)
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _hand_over(messages: Sequence[Message], post: Post) -> Result:
    """Render mails and give them to the mail server, one after the other, for `ROUND_SECONDS`;
    write nothing but which are too late, and which are held."""
    until = time.monotonic() + ROUND_SECONDS
    result = Result()
    waiting = _without_late(messages, result)
    read = _read(waiting)
    for number, message in enumerate(waiting):
        if number and time.monotonic() > until:
            result.left += waiting[number:]
            break
        try:
            with trail_of(message):
                if message.to:
                    post.hand_over(letter(message, read))
                else:
                    post.ask()
                log.info("mail %s (%s) left", message.pk, message.template)
        except Quiet as quiet:
            if hold(waiting[number:]):
                break
            result.failed[message.pk] = quiet  # it speaks by now
        except NoLongerTrue:
            end(message, Trouble(Reason.TOO_LATE, True, message.error), timezone.now())
        except Exception as error:
            result.failed[message.pk] = error
        else:
            result.sent.append(message)
    return result


def _without_late(messages: Sequence[Message], result: Result) -> list[Message]:
    """Return the mails that are worth sending; those that came too late are marked as failed, and
    those of which that cannot be told fail."""
    now = timezone.now()
    worth = []
    for message in messages:
        try:
            if now - message.created_at > LATE and not still_matters(message, now):
                end(message, Trouble(Reason.TOO_LATE, True, message.error), now)
            else:
                worth.append(message)
        except Exception as error:
            if is_gone(error):
                raise
            result.failed[message.pk] = error
    return worth


def _read(messages: Sequence[Message]) -> dict[Reader, Any] | None:
    """Return what mails are about; None where one of them spoils it: then each is read alone."""
    try:
        return read_together(messages)
    except Exception as error:
        if is_gone(error):
            raise
        log.exception("what %d mails are about could not be read together", len(messages))
        return None


def _settle(mine: Claim | None, others: Sequence[Claim], result: Result) -> dict[int, Failure]:
    """Write what became of the mails; end the jobs of others, or have them go on."""
    done = {claim.job for claim in others}
    if not (result.failed or result.left):
        mark_sent(result.sent, done=done)
        return {}
    failures: dict[int, Failure] = {}
    apart: list[int] = []
    left = {message.pk for message in result.left}
    with transaction.atomic():
        for claim in [mine, *others] if mine else others:
            for key in claim.mails:
                error = result.failed.get(key)
                failure = _noted(claim, key, error) if error else None
                if claim is mine and claim.alone and failure:
                    failures[claim.job] = failure
                elif claim.alone and failure and failure.again:
                    execute(_RETRY, [claim.job, WAITS[claim.attempts]])
                    done.discard(claim.job)
                elif claim.alone and key in left:
                    _put_back([claim])
                    done.discard(claim.job)
                elif failure and failure.again:
                    apart.append(key)
        queue_again(apart, seconds=WAITS[0])
        queue_again(left - {key for claim in others if claim.alone for key in claim.mails})
        mark_sent(result.sent, done=done)
    return failures


def _noted(claim: Claim, key: int, error: Exception) -> Failure:
    """Note why a mail has not left; return it with whether another try is worth it."""
    is_last = claim.alone and claim.attempts + 1 >= TRIES
    again = note_failure(message_id=key, error=error, is_last=is_last)
    if understand(error).reason is Reason.UNWRITTEN:
        log.error("mail %s could not be written", key, exc_info=error)
    return Failure(error, again)


def _put_back(claims: Sequence[Claim]) -> None:
    """Have jobs that were claimed wait again; a worker finds them within seconds."""
    if not claims:
        return
    try:
        execute(
            "UPDATE procrastinate_jobs j SET status = 'todo', worker_id = NULL"
            " FROM unnest(%s::bigint[], %s::bigint[]) c(job, worker)"
            " WHERE j.id = c.job AND j.status = 'doing'"
            " AND j.worker_id IS NOT DISTINCT FROM c.worker",
            [[claim.job for claim in claims], [claim.worker for claim in claims]],
        )
    except Exception:
        _astray.extend(claims)
        raise

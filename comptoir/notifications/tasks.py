"""Jobs of notifications."""

from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from comptoir.notifications import operations
from comptoir.notifications.models import Reason
from comptoir.notifications.smtp import understand

# Seconds between two tries: within the half hour for which a link is good, then for five days, as
# RFC 5321 (4.5.4.1) asks of whoever sends mails. Those that no longer matter end earlier.
HOUR = 3600
WAITS = (10, 30, 60, 120, 180, 240, 300, 600, 900, 1800, *[HOUR] * 119)
TRIES = len(WAITS) + 1


class Patience(BaseRetryStrategy):
    """Try again after each of `WAITS`, whatever went wrong; then no more."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,
        job: Job,
    ) -> RetryDecision | None:
        """Return when to try again, or None after the last try, or when a try would not help."""
        if isinstance(exception, GivenUp) or job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


class GivenUp(Exception):
    """A mail could not be written, and never will be."""


@app.task(retry=Patience(), pass_context=True, queue="mail")
def send_message(context: JobContext, *, message_id: int) -> None:
    """Send one queued mail, with tries ever further apart (`WAITS`).

    One that is given up is marked as failed, and its job ends; where it could not be written, which
    is a fault of ours, the job fails with it.
    """
    try:
        operations.deliver(message_id=message_id)
    except Exception as error:
        is_last = context.job.attempts + 1 >= TRIES
        if operations.note_failure(message_id=message_id, error=error, is_last=is_last):
            raise
        if understand(error).reason is Reason.UNWRITTEN:
            raise GivenUp from error


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="notifications.find_abandoned", pass_context=False)
def find_abandoned(timestamp: int) -> None:  # noqa: ARG001
    """Mark as failed the mails that no job will send."""
    operations.find_abandoned()


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="notifications.erase", pass_context=False)
def erase(timestamp: int) -> None:  # noqa: ARG001
    """Delete the mails that are no longer needed, whatever they are about."""
    operations.erase_due(now=timezone.now())

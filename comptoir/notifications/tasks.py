"""Jobs of notifications."""

from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from comptoir.notifications import operations

# Seconds between two tries. A link is good for half an hour: what leaves later is of no use to it.
WAITS = (10, 30, 60, 120, 180, 240, 300)
TRIES = len(WAITS) + 1


class Patience(BaseRetryStrategy):
    """Try again after each of `WAITS`, whatever went wrong; then no more."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,  # noqa: ARG002
        job: Job,
    ) -> RetryDecision | None:
        """Return when to try again, or None after the last try."""
        if job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


@app.task(retry=Patience(), pass_context=True, queue="mail")
def send_message(context: JobContext, *, message_id: int) -> None:
    """Send one queued mail: eight tries over about sixteen minutes (`WAITS`).

    After the last one, whatever went wrong, the message is marked as failed and so is the job.
    """
    try:
        operations.deliver(message_id=message_id)
    except Exception as error:
        if context.job.attempts + 1 >= TRIES:
            operations.give_up(message_id=message_id, error=f"{type(error).__name__}: {error}")
        raise


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="notifications.erase", pass_context=False)
def erase(timestamp: int) -> None:  # noqa: ARG001
    """Delete the mails that are no longer needed, whatever they are about."""
    operations.erase_due(now=timezone.now())

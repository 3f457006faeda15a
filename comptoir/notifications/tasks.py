"""Jobs of notifications."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from comptoir.notifications import operations

TRIES = 8


@app.task(
    retry=RetryStrategy(max_attempts=TRIES, exponential_wait=5), pass_context=True, queue="mail"
)
def send_message(context: JobContext, *, message_id: int) -> None:
    """Send one queued mail; the mail server is tried again over about ten minutes."""
    try:
        operations.deliver(message_id=message_id)
    except OSError as error:
        if context.job.attempts + 1 >= TRIES:
            operations.give_up(message_id=message_id, error=str(error))
            return
        raise

"""Jobs of notifications."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from comptoir.notifications import operations
from comptoir.notifications.models import Reason
from comptoir.notifications.patience import GivenUp, Patience
from comptoir.notifications.smtp import understand


@app.task(retry=Patience(), pass_context=True, queue="mail")
def send_message(context: JobContext, *, message_id: int) -> None:  # noqa: ARG001 - `_work` reads it
    """Send one queued mail, with tries ever further apart (`patience.WAITS`), and others that wait.

    One that is given up is marked as failed, and its job ends; where it could not be written, which
    is a fault of ours, the job fails with it.
    """
    _work(context)


@app.task(retry=Patience(), pass_context=True, queue="mail")
def send_messages(context: JobContext, *, message_ids: list[int]) -> None:  # noqa: ARG001
    """Send several queued mails, and others that wait. One that fails has a job of its own then."""
    _work(context)


def _work(context: JobContext) -> None:
    job = context.job
    assert job.id is not None
    mine = operations.claim_of(job.id, job.task_kwargs, job.attempts, job.worker_id)
    failure = operations.deliver_round(mine, worker=job.worker_id)
    if failure is None:
        return
    if failure.again:
        raise failure.error
    if understand(failure.error).reason is Reason.UNWRITTEN:
        raise GivenUp from failure.error


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="notifications.find_abandoned", pass_context=False)
def find_abandoned(timestamp: int) -> None:  # noqa: ARG001
    """Mark as failed the mails that no job will send."""
    operations.find_abandoned()

"""Jobs about jobs, and about counts that have ended."""

import logging

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from comptoir.core import limits
from comptoir.core.retention.walk import erase_all

DEAD_AFTER_SECONDS = 30
MOST_TRIES = 20

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Put back in the queue what a worker was doing when it died.

    A worker that has given no sign of life for `DEAD_AFTER_SECONDS` is dead. A job is given up
    when it has been tried `MOST_TRIES` times (it may be what kills its worker), or as often as the
    `tries` of its retry strategy say, or when one like it waits already.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        task = context.app.tasks.get(job.task_name)
        if job.attempts >= getattr(task and task.retry_strategy, "tries", MOST_TRIES):
            log.error("job %s (%s) never ends: given up", job.id, job.task_name)
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
            continue
        log.warning("job %s (%s) lost its worker: tried again", job.id, job.task_name)
        try:
            await jobs.retry_job(job)
        except UniqueViolation:
            await jobs.finish_job(job, Status.FAILED, delete_job=True)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="core.forget_limits", pass_context=False)
def forget_limits(timestamp: int) -> None:  # noqa: ARG001
    """Forget the counts of attempts whose window has ended."""
    limits.forget_ended(timezone.now())


@app.periodic(cron="29 4 * * *")
@app.task(queueing_lock="core.erase", pass_context=False)
def erase(timestamp: int) -> None:  # noqa: ARG001
    """Erase all that is past its date, and keep the proof; fail where something is left."""
    erase_all(timezone.now())

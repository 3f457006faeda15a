"""Jobs of the stock.

A queued job bears its task's name and arguments, so these stay, whatever the function is called
today.
"""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir.stock.arrivals import pulls, silence, uploads
from comptoir.stock.assortment import marks
from comptoir.stock.counts import steps
from comptoir.stock.reports import retention
from comptoir.stock.shelf import demand


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="stock.listen", pass_context=False)
def listen(timestamp: int) -> None:  # noqa: ARG001
    """Notice how often tills report and which are silent, and write to the shops and the
    network."""
    now = timezone.now()
    silence.notice(now=now)
    silence.tell_network(now=now)
    silence.remember_rhythms(now=now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="stock.pull_due", pass_context=False)
def pull_due(timestamp: int) -> None:  # noqa: ARG001
    """Queue a job for each address that is due to be asked."""
    for key in pulls.due(timezone.now()):
        with suppress(AlreadyEnqueued):
            # One waits at most, and begins when the one before has ended: a slow server is not
            # asked twice at once.
            name = f"stock.pull.{key}"
            pull.configure(lock=name, queueing_lock=name).defer(pull_id=key)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="stock.keep_marks", pass_context=False)
def keep_marks(timestamp: int) -> None:  # noqa: ARG001
    """Bring what lists of stock are filtered by up to date."""
    while marks.keep(now=timezone.now()):
        pass


@app.task(pass_context=False, queue="pull")
def pull(*, pull_id: int) -> None:
    """Ask one address for a shop's stock."""
    pulls.pull(pull_id, timezone.now())


@app.task(name="comptoir.stock.tasks.read_trial", pass_context=False, queue="trial")
def read_upload(*, trial_id: int) -> None:
    """Read an upload."""
    uploads.read(trial_id)


@app.periodic(cron="27 * * * *")
@app.task(
    name="comptoir.stock.tasks.erase_trials", queueing_lock="stock.erase_trials", pass_context=False
)
def erase_uploads(timestamp: int) -> None:  # noqa: ARG001
    """Forget the uploads that nobody decided within a day."""
    uploads.erase_abandoned(now=timezone.now())


@app.task(pass_context=False, queue="count")
def apply_count(*, session_id: int) -> None:
    """Apply what is left of a count; after a kill it goes on where it was."""
    while steps.apply_some(session_id):
        pass


@app.periodic(cron="37 3 * * *")
@app.task(
    name="comptoir.stock.tasks.forget_asked", queueing_lock="stock.forget_asked", pass_context=False
)
def forget_demand(timestamp: int) -> None:  # noqa: ARG001
    """Forget what readers asked for long ago."""
    demand.forget_demand()


@app.periodic(cron="57 3 * * *")
@app.task(
    name="comptoir.stock.tasks.forget_runs", queueing_lock="stock.forget_runs", pass_context=False
)
def forget_reports(timestamp: int) -> None:  # noqa: ARG001
    """Forget the reports of long ago that changed nothing."""
    retention.forget_old_reports(now=timezone.now())

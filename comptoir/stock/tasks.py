"""Jobs of the stock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.stock import record, silence, trials


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="stock.listen", pass_context=False)
def listen(timestamp: int) -> None:  # noqa: ARG001
    """Notice how often tills speak, and which are silent; tell who should know."""
    now = timezone.now()
    silence.notice(now=now)
    silence.tell_network(now=now)
    record.remember_rhythms(now=now)


@app.task(pass_context=False, queue="trial")
def read_trial(*, trial_id: int) -> None:
    """Read a file that a shop tries out."""
    trials.read(trial_id)


@app.periodic(cron="27 * * * *")
@app.task(queueing_lock="stock.erase_trials", pass_context=False)
def erase_trials(timestamp: int) -> None:  # noqa: ARG001
    """Forget the trials that nobody decided within a day."""
    trials.erase_abandoned(now=timezone.now())

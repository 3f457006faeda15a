"""Jobs of the windows."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.events.operations.erasure import erase_due


@app.periodic(cron="57 3 * * *")
@app.task(queueing_lock="events.erase", pass_context=False)
def erase(timestamp: int) -> None:  # noqa: ARG001
    """Take away the names of people who are gone, and all of shops that left long ago."""
    erase_due(now=timezone.now())

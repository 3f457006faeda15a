"""Jobs of draws: what time does to them."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.draws import operations


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="draws.follow", pass_context=False)
def follow(timestamp: int) -> None:  # noqa: ARG001
    """Freeze the lists of draws whose entries are closed, and pass on what nobody took in time."""
    now = timezone.now()
    operations.freeze_due(now=now)
    operations.follow_due(now=now)

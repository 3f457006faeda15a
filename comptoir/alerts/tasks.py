"""Jobs of alerts."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.alerts import operations
from comptoir.alerts.operations.matches import BATCH


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="alerts.tell", pass_context=False)
def tell(timestamp: int) -> None:  # noqa: ARG001
    """Erase what was told, find what is back, and write to those who wait for it."""
    operations.settle(now=timezone.now())
    while operations.follow() == BATCH:
        pass
    operations.tell(now=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="alerts.look", pass_context=False)
def look(timestamp: int) -> None:  # noqa: ARG001
    """Find what is back that no change of the stock told of."""
    operations.look_at_all(now=timezone.now())

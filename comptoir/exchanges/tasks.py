"""Jobs of exchanges: what time does to them."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.exchanges import operations


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="exchanges.end", pass_context=False)
def end(timestamp: int) -> None:  # noqa: ARG001
    """End the transfers whose time is over, and those of shops that have left."""
    operations.end_due(now=timezone.now())

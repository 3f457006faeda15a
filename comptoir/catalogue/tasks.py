"""Jobs of the catalogue."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.catalogue.operations import take_due_prices
from comptoir.catalogue.sources.text import PARIS


# Every hour, for the jobs' clock is UTC and a day begins in Paris.
@app.periodic(cron="1 * * * *")
@app.task(queueing_lock="catalogue.take_due_prices", pass_context=False, queue="prices")
def take_due(timestamp: int) -> None:  # noqa: ARG001
    """Take over the list prices whose day has come."""
    take_due_prices(today=timezone.localdate(timezone=PARIS))

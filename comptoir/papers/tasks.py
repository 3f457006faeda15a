"""Jobs of papers: credit notes that are due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.papers import operations


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="papers.credit", pass_context=False)
def credit_due(timestamp: int) -> None:  # noqa: ARG001
    """Issue the credit notes of invoiced orders of which something was paid back."""
    operations.credit_due(now=timezone.now())

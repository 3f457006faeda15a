"""Jobs of papers: credit notes that are due, papers whose time is over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.papers import operations


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="papers.credit", pass_context=False)
def credit_due(timestamp: int) -> None:  # noqa: ARG001
    """Issue the credit notes of invoiced orders of which something was paid back."""
    operations.credit_due(now=timezone.now())


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="papers.erase", pass_context=False)
def erase_old(timestamp: int) -> None:  # noqa: ARG001
    """Delete the papers of more than ten years ago."""
    operations.erase_old(now=timezone.now())

"""Jobs of withdrawals: shops are reminded before they have to have paid back."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.withdrawals import operations


@app.periodic(cron="17 7 * * *")
@app.task(queueing_lock="withdrawals.remind", pass_context=False)
def remind(timestamp: int) -> None:  # noqa: ARG001
    """Remind shops of withdrawals that are due soon."""
    operations.remind_due(now=timezone.now())

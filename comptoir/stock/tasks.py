"""Jobs of the stock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.stock import record, silence


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="stock.listen", pass_context=False)
def listen(timestamp: int) -> None:  # noqa: ARG001
    """Notice how often tills speak, and which are silent; tell who should know."""
    now = timezone.now()
    silence.notice(now=now)
    silence.tell_network(now=now)
    record.remember_rhythms(now=now)

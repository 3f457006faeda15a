"""Jobs of the stock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.stock import silence


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="stock.listen", pass_context=False)
def listen(timestamp: int) -> None:  # noqa: ARG001
    """Notice the tills that fell silent or speak again, and tell who should know."""
    now = timezone.now()
    silence.notice(now=now)
    silence.tell_network(now=now)

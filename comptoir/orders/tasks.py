"""Jobs of orders: what time does to them, every minute or less often."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.orders import operations


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="orders.expire", pass_context=False)
def expire(timestamp: int) -> None:  # noqa: ARG001
    """Free the copies of orders whose time is over."""
    operations.expire_due(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="orders.remind", pass_context=False)
def remind(timestamp: int) -> None:  # noqa: ARG001
    """Remind those whose copies are kept for less than a day."""
    operations.remind_due(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="orders.chase", pass_context=False)
def chase(timestamp: int) -> None:  # noqa: ARG001
    """Remind the shops that have not answered whether a copy is there, and write to the readers."""
    operations.chase_due(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="orders.tell_new", pass_context=False)
def tell_new(timestamp: int) -> None:  # noqa: ARG001
    """Write to the shops that want a mail at once."""
    operations.tell_new(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="orders.tell_day", pass_context=False)
def tell_day(timestamp: int) -> None:  # noqa: ARG001
    """Write to the shops that want a mail a day, when they have opened."""
    operations.tell_day(now=timezone.now())


@app.task(pass_context=False)
def follow_doors(run_id: int) -> None:
    """Move the deadlines of the orders whose shops closed or opened their doors."""
    operations.follow_doors(run_id, now=timezone.now())


@app.periodic(cron="7 3 * * *")
@app.task(queueing_lock="orders.record", pass_context=False)
def record(timestamp: int) -> None:  # noqa: ARG001
    """Count how often reserved copies were on the shelf."""
    operations.count_track_records(now=timezone.now())

"""Jobs of payments: an order's money settled, notices followed, what time does, the daily list."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.payments import operations
from comptoir.payments.operations.trial import tell_of


@app.task(name="comptoir.payments.settle", pass_context=False)
def settle(order_id: int) -> None:
    """Bring an order and its money together (`orders.charges.settlement` asks for it)."""
    operations.settle(order_id=order_id, now=timezone.now())


@app.task(name="comptoir.payments.send_back", pass_context=False)
def send_back(order_id: int) -> None:
    """Send what is to go back of an order."""
    operations.send_refunds(order_id=order_id, now=timezone.now())


@app.task(name="comptoir.payments.settle_notice", pass_context=False)
def settle_notice(notice_id: int) -> None:
    """Ask a provider about what it told."""
    operations.settle_notice(notice_id=notice_id, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="payments.sweep", pass_context=False)
def sweep(timestamp: int) -> None:  # noqa: ARG001
    """Ask providers about all that is due."""
    operations.sweep(now=timezone.now())


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="payments.reconcile", pass_context=False)
def reconcile(timestamp: int) -> None:  # noqa: ARG001
    """Compare the providers' lists with ours."""
    operations.reconcile_due(now=timezone.now())


@app.task(name="comptoir.payments.tell_trial", pass_context=False)
def tell_trial(key: str, kind: str) -> None:
    """Have the test provider tell of a session, late as its page was told to."""
    tell_of(key=key, kind=kind, now=timezone.now())

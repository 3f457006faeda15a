"""Jobs of webhooks."""

from procrastinate.contrib.django import app

from comptoir.webhooks import operations


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="webhooks.erase", pass_context=False)
def erase(timestamp: int) -> None:  # noqa: ARG001
    """Erase the messages of a month ago or more."""
    operations.erase_old()

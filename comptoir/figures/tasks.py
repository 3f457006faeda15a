"""Jobs of figures."""

from procrastinate.contrib.django import app

from comptoir.figures import operations


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="figures.follow", pass_context=False)
def follow(timestamp: int) -> None:  # noqa: ARG001
    """Count the days of which an order changed."""
    operations.follow()


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="figures.settle", pass_context=False)
def settle(timestamp: int) -> None:  # noqa: ARG001
    """Count the last days anew, whatever was announced of them."""
    operations.recount_unsettled()

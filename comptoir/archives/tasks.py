"""Jobs of archives: exports for counters, those of yesterday, shops that leave."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.archives.operations import bundles, drafts, farewells


@app.task(pass_context=False, queue="trial")
def make_bundle(*, bundle_id: int) -> None:
    """Make a shop's export."""
    bundles.make(bundle_id)


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="archives.erase_bundles", pass_context=False)
def erase_bundles(timestamp: int) -> None:  # noqa: ARG001
    """Forget the exports, and the files of directories, of yesterday."""
    bundles.erase_old(now=timezone.now())
    drafts.erase_old(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="archives.give_up", pass_context=False)
def give_up(timestamp: int) -> None:  # noqa: ARG001
    """Say of exports whose every try ended with its worker that they could not be made."""
    bundles.give_up()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="archives.let_leave", pass_context=False)
def let_leave(timestamp: int) -> None:  # noqa: ARG001
    """Let the shops leave that their owners ended, once no order is open."""
    farewells.let_leave(now=timezone.now())

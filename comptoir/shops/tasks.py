"""Jobs of the directory."""

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.accounts.audit import erase_old
from comptoir.shops.operations.invitations import erase_ended
from comptoir.shops.operations.page.erasure import forget_acts, sweep_photos
from comptoir.shops.operations.people import erase_gone
from comptoir.shops.operations.requests.answers import erase_requests
from comptoir.shops.operations.requests.registry import ask_about


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="shops.erase", pass_context=False)
def erase(timestamp: int) -> None:  # noqa: ARG001
    """Delete invitations that nobody took up, requests to join whose days are over, accounts of
    people who left long ago, entries of the audit and acts of shops that are old, and photos that
    no page shows."""
    erase_ended(now=timezone.now())
    erase_requests(now=timezone.now())
    erase_gone(now=timezone.now())
    erase_old(now=timezone.now())
    forget_acts(now=timezone.now())
    sweep_photos(now=timezone.now())


@app.task(pass_context=False)
def ask_registry(request_id: int) -> None:
    """Ask the company registry about the SIRET of a request to join."""
    ask_about(request_id=request_id)

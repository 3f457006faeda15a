"""Jobs of neighbours."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import DomainError
from comptoir.core.exits import voice
from comptoir.neighbours.operations import check_neighbour
from comptoir.neighbours.reads import due_for_check

logger = logging.getLogger(__name__)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="neighbours.check", pass_context=False)
def check(timestamp: int) -> None:  # noqa: ARG001
    """Ask each neighbour once a day whether it is still there, and where; hourly those that were
    not. A copy of an installation asks nobody, and so takes nobody for silent."""
    if voice.silence():
        return
    for neighbour in due_for_check(timezone.now()):
        try:
            check_neighbour(neighbour=neighbour, at=timezone.now(), actor=SYSTEM)
        except DomainError as error:
            logger.warning("neighbour %s: %s", neighbour.address, error)

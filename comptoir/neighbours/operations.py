"""What may be done about neighbours, and what their silence does.

The operator (the command line) says who they are. The rest is the breaker: after `FAILURES`
questions in a row that went wrong a neighbour is asked nothing for a pause, which doubles each time
a try after it fails. It stands in PostgreSQL, so that it is one for all processes and nodes, and
only what changes it is written: a neighbour that answers costs no write.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.core.errors import Invalid
from comptoir.core.gate import check_typed
from comptoir.neighbours import memory
from comptoir.neighbours.description import Description, describe
from comptoir.neighbours.errors import known_already, own_address, too_many
from comptoir.neighbours.models import Neighbour
from comptoir.neighbours.reads import named_neighbour, site_of
from comptoir.neighbours.values import origin_of
from comptoir.networks.operations.scope import system_alone

MOST_NEIGHBOURS = 10
FAILURES = 3
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
TRY = timedelta(seconds=5)
"""So long whoever tries a neighbour after its pause keeps the others from it."""


def add_neighbour(*, address: str, actor: Actor) -> Neighbour:
    """Have readers near an installation's area asked there too from now on, and return it.

    Guard: the system alone. It is asked for its description first, before any transaction. Writes:
    the neighbour, the audit. Raises `Forbidden`, `Invalid` (`bad_address`, `bad_url`,
    `own_address`, `no_description`), `Conflict` (`neighbour_exists`, `too_many_neighbours`),
    `Quiet`.
    """
    system_alone(actor)
    site = site_of(address)
    check_typed(site)
    if origin_of(site) == origin_of(settings.BASE_URL):
        raise own_address()
    if Neighbour.objects.filter(address=site).exists():
        raise known_already(site)
    if Neighbour.objects.count() >= MOST_NEIGHBOURS:
        raise too_many(MOST_NEIGHBOURS)
    added = Neighbour(address=site, checked_at=timezone.now())
    _describe(added, describe(site))
    try:
        with transaction.atomic():
            added.save()
            note(actor, "neighbour_added", subject=added, facts={"address": site})
    except IntegrityError as error:
        raise known_already(site) from error
    memory.forget()
    return added


def remove_neighbour(*, address: str, actor: Actor) -> None:
    """Ask an installation nothing any more.

    Guard: the system alone. Writes: the neighbour, which goes, and the audit. Raises `Forbidden`,
    `NotFound` (`no_such_neighbour`), `Invalid` (`bad_address`).
    """
    system_alone(actor)
    with transaction.atomic():
        gone = named_neighbour(address)
        note(actor, "neighbour_removed", subject=gone, facts={"address": gone.address})
        gone.delete()
    memory.forget()


def check_neighbour(*, neighbour: Neighbour, at: datetime, actor: Actor) -> None:
    """Ask a neighbour for its description again: it is known by that from now on; one that gives
    none is asked nothing until it does.

    Guard: the system alone. Asked before the row is written. Raises `Forbidden`, `Quiet`, `Invalid`
    (`no_description`, with why) once its silence is noted.
    """
    system_alone(actor)
    row = Neighbour.objects.filter(pk=neighbour.pk)
    try:
        found = describe(neighbour.address)
    except Invalid:
        row.update(checked_at=at, silent_since=Coalesce("silent_since", at))
        raise
    finally:
        memory.forget()
    _describe(neighbour, found)
    row.update(
        name=neighbour.name,
        area=neighbour.area,
        search_page=neighbour.search_page,
        checked_at=at,
        silent_since=None,
    )


def take_turn(neighbour: Neighbour, at: datetime) -> bool:
    """Return whether a neighbour, as it was read just now, may be asked a question.

    One that rests may not; after its pause whoever comes first may, alone for `TRY`. Writes: then
    until when (also into `neighbour`), by one conditional `UPDATE`.
    """
    if neighbour.silent_since is not None:
        return False
    if neighbour.rest_until is None:
        return True
    if neighbour.rest_until > at:
        return False
    until = at + TRY
    due = Neighbour.objects.filter(pk=neighbour.pk, rest_until=neighbour.rest_until)
    mine = due.update(rest_until=until) == 1
    neighbour.rest_until = until
    return mine


@transaction.atomic
def note_failure(neighbour: Neighbour, at: datetime) -> None:
    """Note that a question went wrong that was asked when `take_turn` let it; the third in a row
    begins a pause, and so does each try after one.

    Locks: the neighbour. Those that were under way when a pause began make it no longer: by then
    `rest_until` is no more what it was to them.
    """
    asked = Neighbour.objects.filter(pk=neighbour.pk, rest_until=neighbour.rest_until)
    row = asked.select_for_update(no_key=True).first()
    if row is None:
        return
    row.failures += 1
    row.rest_until = at + pause(row.failures) if row.failures >= FAILURES else None
    row.save(update_fields=["failures", "rest_until"])
    memory.forget()


def note_answer(neighbour: Neighbour) -> None:
    """Note that a neighbour answered as it should. Writes only where it had failed before."""
    if neighbour.failures or neighbour.rest_until:
        Neighbour.objects.filter(pk=neighbour.pk).update(failures=0, rest_until=None)
        memory.forget()


def pause(failures: int) -> timedelta:
    """Return how long a neighbour is asked nothing after so many failures in a row."""
    doublings = min(max(0, failures - FAILURES), 16)
    return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)


def _describe(neighbour: Neighbour, said: Description) -> None:
    neighbour.name, neighbour.search_page = said.name, said.search_page
    neighbour.area = [list(circle) for circle in said.area]

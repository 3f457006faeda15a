"""What is kept outside of our tables: in tables of libraries, in files, in processes, elsewhere."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from comptoir.core.db import execute, fetch
from comptoir.core.retention.shape import Elsewhere, Term, While, With

JOBS_KEPT = timedelta(days=30)
_ENDED = """
FROM procrastinate_jobs j WHERE j.status IN ('failed', 'cancelled', 'aborted', 'succeeded')
AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)
"""


def forget_jobs(now: datetime) -> int:
    """Delete the jobs that ended without success `JOBS_KEPT` ago or more, with their events; return
    how many. Those that succeed are deleted as they end. Locks, deletes: them."""
    return execute(f"DELETE {_ENDED}", [now - JOBS_KEPT])


def lingering_jobs(place: str, now: datetime) -> int:  # noqa: ARG001
    """Return how many jobs ended too long ago (`core.retention.shape.Finder`)."""
    ((count,),) = fetch(f"SELECT count(*) {_ENDED}", [now - JOBS_KEPT])
    return int(count)


ELSEWHERE = (
    Elsewhere(
        "procrastinate_jobs",
        _("numbers of mails, orders and files that a job is about; no name, no address"),
        _("so that what failed is tried again, and seen"),
        Term(_("as soon as it is done; thirty days where it failed"), lingering_jobs, forget_jobs),
    ),
    Elsewhere(
        "log",
        _("what the program writes of itself: no name, no address, no secret of a link"),
        _("so that faults are found"),
        While(_("COMPTOIR_LOG_DAYS, deleted by whoever runs this site")),
    ),
    Elsewhere(
        "memory",
        _("counts of who asks how often, by network address; answers of other sites"),
        _("so that nobody floods the site"),
        With(_("a few minutes, in the process alone, and never longer than the process lives")),
    ),
    Elsewhere(
        "search index",
        _("titles and shops; no reader is in it"),
        _("so that titles are found"),
        With(_("it follows the tables within seconds")),
    ),
    Elsewhere(
        "backup",
        _("all of the above, as it was on the day of the backup"),
        _("so that nothing is lost when a machine breaks"),
        While(_("COMPTOIR_BACKUP_DAYS: what was erased here is gone there too after that")),
    ),
)
"""Rows of the table that no package of tables has."""

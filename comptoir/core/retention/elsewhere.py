"""What is kept outside of our tables: in tables of libraries, in files, in processes, elsewhere."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
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


def forget_reports(now: datetime) -> int:
    """Delete the reports of imports (`core.sheet.refusals_path`) of `COMPTOIR_ERASE_AFTER_DAYS` ago
    or more, of this node; return how many. A file that cannot be deleted stops no other."""
    deleted = 0
    for path in _old_reports(now):
        with suppress(OSError):
            path.unlink()
            deleted += 1
    return deleted


def lingering_reports(place: str, now: datetime) -> int:  # noqa: ARG001
    """Return how many reports are there too long (`core.retention.shape.Finder`)."""
    return len(list(_old_reports(now)))


def _old_reports(now: datetime) -> Iterator[Path]:
    limit = (now - timedelta(days=settings.ERASE_AFTER_DAYS)).timestamp()
    for path in Path(settings.VAR, "reports").glob("*.csv"):
        with suppress(OSError):
            if path.stat().st_mtime < limit:
                yield path


ELSEWHERE = (
    Elsewhere(
        "procrastinate_jobs",
        _("numbers of mails, orders and files that a job is about; no name, no address"),
        _("so that what failed is tried again, and seen"),
        Term(_("as soon as it is done; thirty days where it failed"), lingering_jobs, forget_jobs),
    ),
    Elsewhere(
        "var/reports",
        _("lines of files that were refused, as they stood: a till’s may name a customer"),
        _("so that whoever brought the file in mends it"),
        Term(
            _("COMPTOIR_ERASE_AFTER_DAYS, on each machine that does jobs"),
            lingering_reports,
            forget_reports,
        ),
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

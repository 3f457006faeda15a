"""A telling in a sentence, as the command line and reports say it."""

from django.utils.translation import gettext as _

from comptoir.stock.models import FeedRun
from comptoir.stock.previews import open_report


def summary(run: FeedRun) -> str:
    """Return what became of a telling, with its figures."""
    status = run.get_status_display()
    if run.reason:
        status = f"{status} ({run.get_reason_display()})"
    counts = _(
        "%(lines)d lines: %(taken)d taken, %(refused)d refused; %(changed)d changed,"
        " %(appeared)d appeared, %(emptied)d emptied, %(overtaken)d overtaken,"
        " %(unknown)d new and unknown to the catalogue."
    ) % {
        "lines": run.line_count,
        "taken": run.line_count - run.refused_count,
        "refused": run.refused_count,
        "changed": run.changed_count,
        "appeared": run.appeared_count,
        "emptied": run.emptied_count,
        "overtaken": run.overtaken_count,
        "unknown": run.unknown_count,
    }
    return _("Telling %(id)d: %(status)s. %(counts)s") % {
        "id": run.pk,
        "status": status,
        "counts": counts,
    }


def tell_preview(run: FeedRun) -> list[str]:
    """Return what a run would do to the stock as it is, a line for each kind that there is."""
    with open_report(run) as report:
        counts = report.counts()
    lines = [f"{count:>8}  {kind.label}" for kind, count in counts.items() if count]
    return [_("Nothing has changed. If it is applied:"), *lines]

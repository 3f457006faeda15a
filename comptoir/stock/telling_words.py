"""A telling in a sentence, as the command line and reports say it."""

from django.utils.translation import gettext as _

from comptoir.stock.models import FeedRun


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

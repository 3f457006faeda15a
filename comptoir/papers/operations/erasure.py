"""Papers whose time is over are deleted."""

from datetime import datetime

from django.db import transaction

from comptoir.papers.models import Paper, PaperFile
from comptoir.papers.rules import kept_years

AT_ONCE = 200


def erase_old(*, now: datetime) -> int:
    """Delete the papers of years that need not be kept any more; return how many.

    Kept for ten years from the end of their year. Locks and deletes, `AT_ONCE` a transaction:
    papers and their files. The numbers go on. Source: code de commerce, article L123-22.
    """
    limit = now.year - kept_years(now.date())
    deleted = 0
    while batch := _delete(limit):
        deleted += batch
    return deleted


@transaction.atomic
def _delete(limit: int) -> int:
    found = Paper.objects.filter(day__year__lt=limit).order_by("pk")
    rows = list(found.values_list("pk", "file_id")[:AT_ONCE])
    Paper.objects.filter(pk__in=[key for key, _file in rows]).delete()
    # A shop that moved in beside itself has the same files.
    PaperFile.objects.filter(pk__in=[file for _key, file in rows], papers=None).delete()
    return len(rows)

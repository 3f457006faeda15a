"""What is kept in this installation, what will go, and the proofs of what went."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.accounts.models import User
from comptoir.core.models import Erasure
from comptoir.core.retention import walk
from comptoir.office.scope import at_the_installation

SOON = timedelta(days=7)
SHOWN = 30


@require_safe
@at_the_installation
def kept(request: HttpRequest, operator: User) -> HttpResponse:  # noqa: ARG001
    """Show the table with what will go within a week, row by row, and the newest runs."""
    soon = {each.row: each.past for each in walk.due(timezone.now() + SOON)}
    context = {
        "rows": [(row, soon.get(row.name)) for row in walk.table()],
        "runs": Erasure.objects.order_by("-at")[:SHOWN],
        "total": sum(soon.values()),
    }
    return render(request, "office/privacy/kept.html", context)

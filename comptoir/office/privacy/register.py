"""The register of processing of an association, and what it does after an incident."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.accounts.models import AuditEntry
from comptoir.core.sheet import sheet_blocks
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.oversight.register import entries, lines
from comptoir.shops.models import Shop
from comptoir.ui.answers import as_csv

LOOKS = timedelta(days=30)


@require_safe
@at_the_office(NetworkVerb.READ_AUDIT)
def register(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the register, filled from the table of what is kept."""
    return page(request, office, "privacy/register", entries=entries(), **_who())


@require_safe
@at_the_office(NetworkVerb.READ_AUDIT)
def register_csv(request: HttpRequest, office: Office) -> StreamingHttpResponse:  # noqa: ARG001
    """Give the register as a file."""
    name = f"registre-{office.network.slug}-{timezone.localdate():%Y%m%d}.csv"
    return as_csv(sheet_blocks(lines()), name)


@require_safe
@at_the_office(NetworkVerb.READ_AUDIT)
def incident(request: HttpRequest, office: Office) -> HttpResponse:
    """Say what is to be done within 72 hours, who has access to what, and who looked lately."""
    members = Shop.objects.filter(memberships__network=office.network).order_by("name", "pk")
    looks = AuditEntry.objects.filter(
        network_id=office.network.pk, looked=True, at__gte=timezone.now() - LOOKS
    )
    context = {
        "people": office.network.people.select_related("user").order_by("role", "pk"),
        "members": members.annotate(staff_count=Count("staff")),
        "looks": looks.count(),
        **_who(),
    }
    return page(request, office, "privacy/incident", **context)


def _who() -> dict[str, object]:
    return {"controller": settings.CONTROLLER, "contact": settings.CONTACT}

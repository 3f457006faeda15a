"""The register of processing of an association, and what it does after an incident."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.accounts.models import AuditEntry, User
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
    """Say what is to be done within 72 hours, who has access to what, whose access ended lately,
    and how often the association looked."""
    lately = AuditEntry.objects.filter(at__gte=timezone.now() - LOOKS)
    of_network = lately.filter(network_id=office.network.pk)
    ended = of_network.filter(deed="released").order_by("-at", "-pk")
    gone = lately.filter(shop_id=OuterRef("pk"), deed="dismissed").order_by().values("shop_id")
    members = Shop.objects.filter(memberships__network=office.network).order_by("name", "pk")
    context = {
        "people": office.network.people.select_related("user").order_by("role", "pk"),
        "ended": _with_subjects(ended),
        "members": members.annotate(
            staff_count=Count("staff"),
            gone_count=Coalesce(Subquery(gone.annotate(n=Count("pk")).values("n")), 0),
        ),
        "looks": of_network.filter(looked=True).count(),
        **_who(),
    }
    return page(request, office, "privacy/incident", **context)


def _with_subjects(entries: Iterable[AuditEntry]) -> list[tuple[AuditEntry, User | None]]:
    """Return entries of the audit with the account that each is about; None where it is deleted."""
    found = list(entries)
    people = User.objects.in_bulk([each.subject_id for each in found if each.subject_id])
    return [(each, people.get(each.subject_id or 0)) for each in found]


def _who() -> dict[str, object]:
    return {"controller": settings.CONTROLLER, "contact": settings.CONTACT}

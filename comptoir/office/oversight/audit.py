"""The audit of a network, and of the whole installation, as pages and as files."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.accounts.models import User
from comptoir.core.limits import count_read
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_installation, at_the_office, page
from comptoir.oversight.audit import Question, View, audit_of_installation, audit_of_network
from comptoir.oversight.operations import export_audit
from comptoir.oversight.request import read_question
from comptoir.oversight.screen import EXPORTS, shown
from comptoir.oversight.table import audit_blocks
from comptoir.ui.answers import as_csv


@require_safe
@at_the_office(NetworkVerb.READ_AUDIT)
def audit(request: HttpRequest, office: Office) -> HttpResponse:
    """Show who did what in the network and its shops, the newest first."""
    view = audit_of_network(office.network, actor=office.actor)
    return page(request, office, "audit", **shown(view, read_question(request.GET.dict())))


@require_safe
@at_the_office(NetworkVerb.READ_AUDIT)
def audit_csv(request: HttpRequest, office: Office) -> StreamingHttpResponse:
    """Give all of it that the address asks for as a file, while it is read. It is noted."""
    count_read(EXPORTS, f"user:{office.actor.id}")
    question = read_question(request.GET.dict())
    view = export_audit(question=question, network=office.network, actor=office.actor)
    return _file(view, question, office.network.slug)


@require_safe
@at_the_installation
def journal(request: HttpRequest, operator: User) -> HttpResponse:
    """Show who runs the installation who did what in all of it."""
    view = audit_of_installation(actor=operator.actor)
    return render(request, "office/journal.html", shown(view, read_question(request.GET.dict())))


@require_safe
@at_the_installation
def journal_csv(request: HttpRequest, operator: User) -> StreamingHttpResponse:
    """Give who runs the installation all of it as a file. It is noted."""
    count_read(EXPORTS, f"user:{operator.pk}")
    question = read_question(request.GET.dict())
    view = export_audit(question=question, actor=operator.actor)
    return _file(view, question, "comptoir")


def _file(view: View, question: Question, name: str) -> StreamingHttpResponse:
    day = f"{timezone.localdate():%Y%m%d}"
    return as_csv(audit_blocks(view.each(question)), f"journal-{name}-{day}.csv")

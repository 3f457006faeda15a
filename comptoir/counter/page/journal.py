"""The audit of the shop: who did what in it, its coordinators included."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.core.limits import count_read
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.oversight.audit import audit_of_shop
from comptoir.oversight.operations import export_audit
from comptoir.oversight.request import read_question
from comptoir.oversight.screen import EXPORTS, shown
from comptoir.oversight.table import audit_blocks
from comptoir.ui.answers import as_csv


@require_safe
@at_the_desk
def journal(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show an owner who did what in the shop, the newest first."""
    view = audit_of_shop(desk.shop, actor=desk.actor)
    return page(request, desk, "journal", **shown(view, read_question(request.GET.dict())))


@require_safe
@at_the_desk
def journal_csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Give all of it that the address asks for as a file, while it is read. It is noted."""
    count_read(EXPORTS, f"user:{desk.actor.id}")
    question = read_question(request.GET.dict())
    view = export_audit(question=question, shop=desk.shop, actor=desk.actor)
    name = f"journal-{desk.shop.slug}-{timezone.localdate():%Y%m%d}.csv"
    return as_csv(audit_blocks(view.each(question)), name)

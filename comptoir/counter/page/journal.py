"""The audit of the shop: who did what in it, its coordinators included."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.core.limits import Limit, count_read
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.oversight.audit import audit_of_shop
from comptoir.oversight.deeds import DeedKind
from comptoir.oversight.operations import export_audit
from comptoir.oversight.request import address_of, read_question
from comptoir.oversight.table import audit_blocks

EXPORTS = Limit("audit_export", 10)


@require_safe
@at_the_desk
def journal(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show an owner who did what in the shop, the newest first."""
    question = read_question(request.GET.dict())
    lines, more = audit_of_shop(desk.shop, actor=desk.actor).page(question)
    first, last = question.days
    context = {
        "lines": lines,
        "older": address_of(question, more) if more else "",
        "asked": question,
        "first": first,
        "last": last,
        "kinds": DeedKind.choices,
        "export": address_of(question),
    }
    return page(request, desk, "journal", **context)


@require_safe
@at_the_desk
def journal_csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Give all of it that the address asks for as a file, while it is read. It is noted."""
    count_read(EXPORTS, f"user:{desk.actor.id}")
    question = read_question(request.GET.dict())
    view = export_audit(question=question, shop=desk.shop, actor=desk.actor)
    blocks = audit_blocks(view.each(question))
    response = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    name = f"journal-{desk.shop.slug}-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""A shop's own figures: nothing of them is hidden from it, and it compares with its networks."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.figures.comparison import comparisons
from comptoir.figures.questions import context_of, read_question
from comptoir.figures.reads import counted_at, place_of_count, years_of
from comptoir.figures.tables import table_at


@require_safe
@at_the_desk
def figures(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what the shop took in in a period, by month; of a whole year, beside its networks."""
    question = read_question(request.GET.dict())
    table = table_at(counted_at(desk.shop, question.period.year), question.period)
    context = context_of(question, table, years_of(shop=desk.shop))
    context |= {
        "counted": place_of_count(),
        "compared": comparisons(desk.shop, question.period),
        "address": request.GET.urlencode(),
    }
    return page(request, desk, "figures", **context)

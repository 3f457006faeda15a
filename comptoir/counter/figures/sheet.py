"""A shop's own figures as a file."""

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from comptoir.counter.scope import Desk, at_the_desk
from comptoir.figures.files import written
from comptoir.figures.questions import read_question
from comptoir.figures.reads import counted_at
from comptoir.figures.tables import table_at
from comptoir.ui.answers import as_csv


@require_safe
@at_the_desk
def figures_csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Give the shop's own table as CSV."""
    question = read_question(request.GET.dict())
    table = table_at(counted_at(desk.shop, question.period.year), question.period)
    return as_csv(
        written(table, in_words=True), f"chiffres-{desk.shop.slug}-{question.period.year}.csv"
    )

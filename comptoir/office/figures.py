"""The figures of a network: the screen, its table as a file, and the yearly report."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comptoir.core.limits import Limit, count
from comptoir.figures import phrases
from comptoir.figures.files import written
from comptoir.figures.publication import year_of
from comptoir.figures.questions import context_of, read_question
from comptoir.figures.reads import kept_years, place_of_count, unmet_of
from comptoir.figures.suppression import LEAST
from comptoir.figures.tables import table_of
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.ui.answers import as_csv

LISTED = 20
"""So many titles that were asked for in vain stand on the page; the report has more."""
REPORTS = Limit("figures_report", 20, 3600)
"""How many reports one person has made in an hour."""


@require_safe
@at_the_office(NetworkVerb.READ_FIGURES)
def figures(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the figures of a period, by month, town or shop, in sentences, bars and a table."""
    question = read_question(request.GET.dict())
    year = year_of(office.network, question.period.year)
    table = table_of(year, question.axis, question.period)
    asked = {
        "year": question.period.year,
        "from": question.period.first,
        "to": question.period.last,
        "by": question.axis,
    }
    unmet = unmet_of(office.network, question.period.year, most=LISTED)
    context = context_of(question, table, kept_years(office.network))
    context |= {
        "axes": list(phrases.AXES.items()),
        "empty": year.empty and bool(year.members),
        "least": LEAST,
        "address": urlencode(asked),
        "unmet": unmet,
        "unmet_said": phrases.of_unmet(unmet),
        "counted": place_of_count(),
    }
    return page(request, office, "figures", **context)


@require_safe
@at_the_office(NetworkVerb.READ_FIGURES)
def table(request: HttpRequest, office: Office) -> StreamingHttpResponse:
    """Give the table of a period as CSV, with what is hidden on the screen hidden in it."""
    question = read_question(request.GET.dict())
    found = table_of(year_of(office.network, question.period.year), question.axis, question.period)
    return as_csv(
        written(found, in_words=True),
        f"chiffres-{office.network.slug}-{question.period.year}-{question.axis}.csv",
    )


@require_safe
@at_the_office(NetworkVerb.READ_FIGURES)
def yearly(request: HttpRequest, office: Office) -> HttpResponse:
    """Give the yearly report as PDF, in the language of the page. Limited (`REPORTS`)."""
    from comptoir.figures.report import report

    count(REPORTS, str(office.actor.id))
    question = read_question(request.GET.dict())
    made = report(office.network, question.period.year, language=get_language() or "fr")
    response = HttpResponse(made, content_type="application/pdf")
    name = f"rapport-{office.network.slug}-{question.period.year}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""The pages: an address is typed; behind the link of the mail, what is kept, as files, and
erased."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core.errors import NotFound
from comptoir.core.flood.gauge import Form
from comptoir.core.retention import person
from comptoir.site.by_mail.form import answer
from comptoir.site.orders import private
from comptoir.site.rights import files
from comptoir.site.rights.links import address_of, send
from comptoir.ui.floods import guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.RIGHTS)
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address, and have a link sent to it. The answer tells nobody whether it is known."""
    return answer(request, "rights", send)


@never_cache
@require_safe
def kept(request: HttpRequest, rights: str) -> HttpResponse:
    """Show what is kept of the person: what may go, what stays and why."""
    try:
        email = address_of(rights)
    except NotFound:
        return private(render(request, "site/rights/over.html", status=404))
    found = [files.shown(each) for each in person.found(email)]
    can_go = any(not each.stays for each in found)
    context = {"word": rights, "email": email, "found": found, "can_go": can_go}
    return private(render(request, "site/rights/kept.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erased(request: HttpRequest, rights: str) -> HttpResponse:
    """Show once more what goes and what stays; the button erases. To look erases nothing: programs
    that read mails follow their links."""
    try:
        email = address_of(rights)
    except NotFound:
        return private(render(request, "site/rights/over.html", status=404))
    if request.method == "POST":
        person.erase(email, timezone.now())
        found = list(person.found(email))
        context = {"email": email, "stay": [each for each in found if each.stays]}
        return private(render(request, "site/rights/erased.html", context))
    found = list(person.found(email))
    context = {
        "word": rights,
        "email": email,
        "go": [each for each in found if not each.stays],
        "stay": [each for each in found if each.stays],
    }
    if not context["go"]:
        page = reverse("site:rights_of", args=[rights])
        return private(HttpResponseRedirect(page, status=303))
    return private(render(request, "site/rights/erase.html", context))


@never_cache
@require_safe
def as_json(request: HttpRequest, rights: str) -> HttpResponse | StreamingHttpResponse:  # noqa: ARG001
    """Give all of it as JSON, sent while it is read; it is never on the disk."""
    return _file(rights, "json")


@never_cache
@require_safe
def as_html(request: HttpRequest, rights: str) -> HttpResponse | StreamingHttpResponse:  # noqa: ARG001
    """Give all of it as a page that one can keep, sent while it is read."""
    return _file(rights, "html")


def _file(word: str, kind: str) -> HttpResponse | StreamingHttpResponse:
    email = address_of(word)
    pieces: Iterator[str] = files.WRITERS[kind](email, get_language() or "fr")
    answer = StreamingHttpResponse(pieces, content_type=f"{files.TYPES[kind]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{files.NAME}.{kind}"'
    answer.headers["Cache-Control"] = "no-store, private"
    return answer

"""Forms that are flooded, and addresses whose secrets somebody guesses.

While a form is flooded (`core.flood.gauge`), what nobody vouches for is answered by a page that
holds all that was typed: the browser does a proof of work, a second or two, and sends it again by
itself. Without JavaScript, or where a browser cannot reckon, one waits for the time of a ticket and
presses the button. Nothing is typed again.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import ngettext

from comptoir.core.flood import gauge, guesses, proof, tickets
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import TooMany, client_network
from comptoir.ui.errors import refused

PROOF, TICKET = "proof", "ticket"
"""The fields by which the page sends what lets it through."""
_PASSED = "comptoir.flood.passed"
_OWN = frozenset({PROOF, TICKET, "csrfmiddlewaretoken"})

View = Callable[..., HttpResponse]


def guarded(form: Form, vouched: Callable[[HttpRequest], bool] = lambda _request: False) -> Any:  # noqa: ANN401
    """Have a view whose POST is a form ask for a proof while that form is flooded; not of who is
    `vouched` for."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            if request.method == "POST" and not vouched(request):
                stopped = _stopped(request, form)
                if stopped is not None:
                    return stopped
            return view(request, *args, **kwargs)

        return answer

    return decorate


def _stopped(request: HttpRequest, form: Form) -> HttpResponse | None:
    """Return the page that asks for a proof, None where the form may pass.

    A request that was let through once stays so: the site may be asked twice for one
    (`site.answers.later`).
    """
    if not gauge.counts() or _PASSED in request.META:
        return None
    request.META[_PASSED] = True
    sent = request.POST.get(PROOF, "")
    if sent and gauge.gauge.is_flooded(form) and proof.is_proof(form, sent):
        return None
    if not gauge.is_flooded(form):
        return None
    here, now = client_network(request), tickets.moment()
    ticket = tickets.read(request.POST.get(TICKET, ""), form, here, now)
    if ticket and tickets.use(ticket, now):
        return None
    del request.META[_PASSED]
    if ticket is None or not ticket.wait(now):
        ticket = tickets.draw(form, here, now)
    return _page(request, form, ticket.word, ticket.wait(now))


def passes(request: HttpRequest, form: Form) -> bool:
    """Whether a form that nobody vouches for may pass, as far as this process knows, and count it
    then; else the view asks (`guarded`), which may look. Asks the database nothing."""
    if gauge.counts():
        if gauge.gauge.is_flooded(form) or gauge.gauge.is_due():
            return False
        gauge.gauge.note(form)
    request.META[_PASSED] = True
    return True


def _page(request: HttpRequest, form: Form, ticket: str, seconds: int) -> HttpResponse:
    fields = [(name, x) for name, all_of in request.POST.lists() for x in all_of]
    context = {
        "fields": [each for each in fields if each[0] not in _OWN],
        "action": request.get_full_path(),
        "challenge": json.dumps(proof.challenge(form)),
        "ticket": ticket,
        "seconds": seconds,
        "time": _in_words(seconds),
        "early": TICKET in request.POST,
    }
    response = render(request, "ui/flooded.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response


def _in_words(seconds: int) -> str:
    """Return a wait as people say it: from two minutes on in minutes, never too few of them."""
    if seconds < 120:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


class Guesses:
    """Middleware: counts who asks for what is not there at addresses that hold a secret, and
    refuses who has done so too often (`core.flood.guesses`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and count what it missed."""
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code == 404 and match and guesses.holds_secret(match.kwargs):
            guesses.missed(client_network(request), guesses.guessed_at(match.kwargs))
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: View,  # noqa: ARG002
        args: Any,  # noqa: ANN401, ARG002
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Return the page of who has guessed too often."""
        if not guesses.holds_secret(kwargs):
            return None
        try:
            guesses.check(client_network(request), guesses.guessed_at(kwargs))
        except TooMany as refusal:
            return refused(request, refusal)
        return None

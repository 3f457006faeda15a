"""The page of the test provider: pay, fail, pay later, with the faults of a real one."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.payments.operations.trial import TrialWish, play, trial_session
from comptoir.payments.reads.state import state_of
from comptoir.site.orders import private


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show what is to be paid and the buttons; do what one says, and lead back to the order."""
    session = trial_session(key)
    if request.method == "POST":
        play(key=key, wish=TrialWish.read(request.POST), now=timezone.now())
        back = reverse("site:payment_back", args=[key])
        return private(HttpResponseRedirect(back, status=303))
    context = {"session": session, "order": session.order}
    return private(render(request, "site/payment/trial.html", context))


@never_cache
@csrf_exempt
@require_POST
def paid(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """Pay, for programs, and answer how the order's money stands. Free of CSRF: no browser's
    session is used; the secret word of the address is what lets in, and no money moves."""
    session = trial_session(key)
    play(key=key, wish=TrialWish(how="paid"), now=timezone.now())
    state = state_of(session.order)
    return private(JsonResponse({"state": state.standing.value, "captured_cents": state.captured}))

"""Coming in: the choice of a shop, and the demonstration's door without a code."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.accounts.models import User
from comptoir.counter.demo_logins import demo_jobs, demo_user
from comptoir.counter.scope import sign_in_first
from comptoir.shops.models import Shop

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Send staff of one shop to it, let staff of several choose, and others sign in."""
    if not isinstance(request.user, User):
        if settings.DEMO:
            return redirect("counter:enter")
        return sign_in_first(request, request.path)
    shops = list(Shop.objects.visible_to(request.user.actor).order_by("city", "name"))
    if len(shops) == 1:
        return redirect("counter:tasks", shops[0].slug)
    return render(request, "counter/choose.html", {"shops": shops})


@require_http_methods(["GET", "POST"])
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """In the demonstration only: sign in as somebody of a demonstration shop, in one tap."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        user = demo_user(request.POST.get("user", ""))
        login(request, user, backend=BACKEND)
        return redirect("counter:home")
    text = request.GET.get("q", "").strip()[:80]
    return render(request, "counter/enter.html", {"jobs": demo_jobs(text), "q": text})

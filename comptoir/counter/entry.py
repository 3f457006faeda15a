"""Sign-in: its mail, the choice of a shop, and the demonstration's door without a code."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.accounts.models import User
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import read_key
from comptoir.core.limits import Limit, TooMany, client_address, count
from comptoir.counter.scope import sign_in_first
from comptoir.notifications.operations import Draft, queue
from comptoir.shops.models import Shop, Staff

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CODE_MAIL = "account/email/login_code"
CODES_PER_HOUR, CODES_PER_ADDRESS, HOUR = 10, 60, 3600
JOBS_SHOWN = 150


class Adapter(DefaultAccountAdapter):
    """What sign-in may do here: it closes sign-up, and queues the code's mail like any other.

    Readers need no account, and staff are invited. A queued mail is sent again when the mail server
    fails, and can be read in the demonstration.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: see the class."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail that carries a sign-in code; allauth sends any other itself.

        None leaves past so many within the hour to one mailbox, whoever asks for them, or from one
        network address. The page stays the same: it tells nobody whether an address is known.
        """
        try:
            count(Limit("sign_in_mails", CODES_PER_HOUR, HOUR), email)
            count(
                Limit("sign_in_mails_from", CODES_PER_ADDRESS, HOUR), client_address(self.request)
            )
        except TooMany:
            return
        if template_prefix != CODE_MAIL:
            super().send_mail(template_prefix, email, context)
            return
        language = (get_language() or "fr")[:2]
        code = {"code": context["code"]}
        queue([Draft(email, language, "sign_in_code", context=code, secret=True)])


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Send staff of one shop to its board, let staff of several choose, and others sign in."""
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
    """Show whom one may enter as, in the demonstration only; a tap signs in as that person."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        user = demo_user(request.POST.get("user", ""))
        login(request, user, backend=BACKEND)
        return redirect("counter:home")
    text = request.GET.get("q", "").strip()[:80]
    return render(request, "counter/enter.html", {"jobs": demo_jobs(text), "q": text})


def demo_users() -> QuerySet[User]:
    """Return those as whom one may enter without a code: people all of whose shops are invented."""
    real = Staff.objects.filter(shop__demo=False).values("user_id")
    return User.objects.filter(
        is_active=True, is_staff=False, is_superuser=False, jobs__shop__demo=True
    ).exclude(pk__in=real)


def demo_jobs(text: str = "") -> list[Staff]:
    """Return who works in which demonstration shop, by town, narrowed to a town or shop's name."""
    jobs = Staff.objects.filter(shop__demo=True, user__in=demo_users())
    if text:
        jobs = jobs.filter(Q(shop__name__icontains=text) | Q(shop__city__icontains=text))
    ordered = jobs.select_related("shop", "user").order_by(
        "shop__city", "shop__name", "-role", "pk"
    )
    return list(ordered[:JOBS_SHOWN])


def demo_user(key: str) -> User:
    """Return the person a key names. Raises `NotFound` for anybody who is not a demonstration."""
    number = read_key(key)
    user = demo_users().filter(pk=number).first() if number else None
    if user is None:
        raise NotFound("no_such_user", "")
    return user

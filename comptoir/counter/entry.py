"""Sign-in: its mail, the choice of a shop, an invitation taken up by its link, and the
demonstration's door without a code."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from comptoir.accounts.models import User
from comptoir.core.errors import NotFound
from comptoir.core.flood.gauge import Form
from comptoir.core.identifiers import read_key
from comptoir.core.limits import Limit, Network, TooMany, client_network, count
from comptoir.counter.scope import sign_in_first
from comptoir.networks import models as networks
from comptoir.notifications.operations import Draft, queue
from comptoir.notifications.reads import departure_of
from comptoir.shops.models import Shop, Staff
from comptoir.shops.operations import accept_invitation
from comptoir.shops.operations.invitations import find_invitation
from comptoir.shops.operations.people import LONGEST_NAME
from comptoir.ui.floods import guarded

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CODE_MAIL = "account/email/login_code"
MAIL_OF_SESSION = "sign_in_mail"
TOO_MANY = 0
"""In a session, instead of the key of a mail: none was sent."""
MINUTE, HOUR = 60, 3600
CODES_PER_ADDRESS, CODES_PER_MAILBOX = 60, 60
CODES_PER_MINUTE, CODES_PER_HOUR = 3, 10
"""How many codes one mailbox gets from one range of addresses."""
JOBS_SHOWN = 150
GONE = 410


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

        None leaves past the limits of `_count_mail`.
        """
        self.request.sign_in_mail = TOO_MANY
        try:
            _count_mail(client_network(self.request), email)
        except TooMany:
            return
        if template_prefix != CODE_MAIL:
            super().send_mail(template_prefix, email, context)
            return
        self.request.sign_in_mail = _queue(email, {"code": context["code"]})


@method_decorator(guarded(Form.SIGN_IN), name="dispatch")
class AskCode(RequestLoginCodeView):
    """Asks for a code. The page that follows tells whether its mail has left."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Have a code sent, or what stands for one."""
        response: HttpResponse = super().form_valid(form)
        _remember_mail(self.request, form.cleaned_data["email"])
        return response


class EnterCode(ConfirmLoginCodeView):
    """Takes the code, or sends another."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Enter by the code that was typed, or have another one sent."""
        sends = self._action == "resend"
        email = self._process.state["email"]
        response: HttpResponse = super().form_valid(form)
        if sends:
            _remember_mail(self.request, email)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add how the code's mail stands."""
        return {**super().get_context_data(**kwargs), **_state(self.request)}


def _remember_mail(request: HttpRequest, email: str) -> None:
    """Remember in the session which mail this page waits for.

    An address that nobody here has gets no mail. A job asks the mail server in its stead, so that
    the page says the same, and as late, of every address: it tells nobody which one is known.
    """
    mail = getattr(request, "sign_in_mail", None)
    if mail is None:
        try:
            _count_mail(client_network(request), email)
            mail = _queue("", {})
        except TooMany:
            mail = TOO_MANY
    request.session[MAIL_OF_SESSION] = mail


def _queue(email: str, context: dict[str, Any]) -> int:
    language = (get_language() or "fr")[:2]
    (key,) = queue([Draft(email, language, "sign_in_code", context=context, secret=True)])
    return key


@never_cache
@require_safe
def code_state(request: HttpRequest) -> HttpResponse:
    """Answer the part of the page that tells whether the code's mail has left."""
    return render(request, "account/code_state.html", _state(request))


def _state(request: HttpRequest) -> dict[str, Any]:
    mail = request.session.get(MAIL_OF_SESSION)
    return {"too_many": mail == TOO_MANY, "departure": departure_of(mail) if mail else None}


def _count_mail(network: Network, email: str) -> None:
    """Count one mail of sign-in. Raises `TooMany`.

    Who is refused at one step uses up nothing of the next: a stranger's address its own mails, a
    stranger's range its own share of somebody's mailbox; neither what that mailbox may get.
    """
    count(Limit("sign_in_mails_from", CODES_PER_ADDRESS, HOUR), network.address)
    here = f"{email} {network.range}"
    count(Limit("sign_in_mails_minute", CODES_PER_MINUTE, MINUTE), here)
    count(Limit("sign_in_mails_hour", CODES_PER_HOUR, HOUR), here)
    count(Limit("sign_in_mails", CODES_PER_MAILBOX, HOUR), email)


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Send staff of one shop to its board and who only works for networks to the office, let who
    has several choose, and others sign in; with a title (`mot`), to where staff write a word on
    it."""
    word = request.GET.get("mot", "")[:40]
    if not isinstance(request.user, User):
        if settings.DEMO:
            return redirect("counter:enter")
        return sign_in_first(request, request.get_full_path())
    shops = list(Shop.objects.visible_to(request.user.actor).order_by("city", "name"))
    mine = networks.Network.objects.visible_to(request.user.actor)
    offices = list(mine.order_by("name", "pk"))
    if offices and not shops:
        return redirect("office:home")
    if len(shops) == 1 and (word or not offices):
        to = ["counter:pick", shops[0].slug, word] if word else ["counter:tasks", shops[0].slug]
        return redirect(*to)
    context = {"shops": shops, "offices": offices, "word": word}
    return render(request, "counter/choose.html", context)


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
    context = {"jobs": demo_jobs(text), "offices": [] if text else demo_offices(), "q": text}
    return render(request, "counter/enter.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: HttpRequest, link: str) -> HttpResponse:
    """Show who invites; a tap takes the invitation up and signs in.

    To look is no tap: programs that read mails follow their links. Who has a second factor is asked
    for it, as at any sign-in.
    """
    try:
        if request.method == "POST":
            staff = accept_invitation(link=link, name=request.POST.get("name", ""))
            # What allauth does behind a code: the second factor, the session, the last sign-in.
            home = reverse("counter:tasks", args=[staff.shop.slug])
            entered: HttpResponse = perform_login(request, staff.user, redirect_url=home)
            return entered
        found = find_invitation(link)
    except NotFound as over:
        return _invited(request, {"over": str(over)}, GONE)
    known = User.objects.filter(email=found.email).first()
    context = {
        "invitation": found,
        "shop": found.shop,
        "asks_name": not (known and known.name),
        "longest": LONGEST_NAME,
    }
    return _invited(request, context)


def _invited(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "counter/invitation.html", context, status=status)


def demo_users() -> QuerySet[User]:
    """Return those as whom one may enter without a code: people all of whose shops are invented,
    and coordinators whose address nobody can have (RFC 2606, `.example`)."""
    real = Staff.objects.filter(shop__demo=False).values("user_id")
    works = Q(jobs__shop__demo=True) | Q(offices__isnull=False, email__endswith=".example")
    people = User.objects.filter(works, is_active=True, is_staff=False, is_superuser=False)
    return people.exclude(pk__in=real).distinct()


def demo_offices() -> list[networks.Coordinator]:
    """Return who works for which network of the demonstration."""
    people = networks.Coordinator.objects.filter(user__in=demo_users().values("pk"))
    return list(people.select_related("network", "user").order_by("network__name", "pk"))


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

"""The team: who works in the shop, who is invited, and the programs that act for it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.limits import TooMany
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page
from comptoir.shops import operations
from comptoir.shops.models import StaffRole
from comptoir.shops.operations.people import LONGEST_NAME
from comptoir.shops.operations.programs import LONGEST_LABEL
from comptoir.shops.reads import people_of


class InvitationForm(PlainForm):
    """Somebody to invite."""

    email = forms.CharField(
        label=gettext_lazy("Their e-mail address"),
        max_length=254,
        widget=forms.TextInput({"type": "email", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Their name"),
        help_text=gettext_lazy("Left empty, they write it themselves."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        help_text=gettext_lazy("An owner also changes the shop, its team and its programs."),
        choices=StaffRole.choices,
    )


class NameForm(PlainForm):
    """What one is called oneself."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Your colleagues see it beside what you do."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )


class ProgramForm(PlainForm):
    """The name of a program that gets a token."""

    label = forms.CharField(
        label=gettext_lazy("The program that will use it"),
        help_text=gettext_lazy("For instance: till, accounts, our website."),
        max_length=LONGEST_LABEL,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@require_GET
@at_the_desk
def team(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who works here; a manager sees addresses, invitations and programs too."""
    return _team(request, desk)


@require_POST
@at_the_desk
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Invite somebody: they get a mail with a link."""
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invited = operations.invite_staff(
                shop=desk.shop,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=StaffRole(form.cleaned_data["role"]),
                actor=desk.actor,
            )
        except (Conflict, Invalid, TooMany) as refusal:
            form.add_error("email" if isinstance(refusal, Invalid) else None, str(refusal))
        else:
            told = _("%(email)s is invited: a mail with a link is on its way.")
            messages.success(request, told % {"email": invited.email})
            return redirect("counter:team", desk.shop.slug)
    return _team(request, desk, invitation=form)


@require_http_methods(["GET", "POST"])
@at_the_desk
def invitation(request: HttpRequest, desk: Desk, invitation_id: int) -> HttpResponse:
    """Send an invitation again, or take it back."""
    _check_here(desk.shop.invitations.filter(pk=invitation_id))
    if request.method == "GET":
        return redirect("counter:team", desk.shop.slug)
    if request.POST.get("action") == "withdraw":
        gone = operations.withdraw_invitation(
            shop=desk.shop, invitation_id=invitation_id, actor=desk.actor
        )
        told = _("The invitation of %(email)s is taken back: its link is good no more.")
        messages.success(request, told % {"email": gone.email})
        return redirect("counter:team", desk.shop.slug)
    try:
        again = operations.send_invitation_again(
            shop=desk.shop, invitation_id=invitation_id, actor=desk.actor
        )
    except (Conflict, TooMany) as refusal:
        messages.warning(request, str(refusal))
    else:
        told = _("%(email)s gets a new mail; the older link is good no more.")
        messages.success(request, told % {"email": again.email})
    return redirect("counter:team", desk.shop.slug)


@require_http_methods(["GET", "POST"])
@at_the_desk
def person(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Give somebody another role, or end their access; who ends their own goes out."""
    _check_here(desk.shop.staff.filter(user_id=user_id))
    if request.method == "GET":
        return redirect("counter:team", desk.shop.slug)
    role = request.POST.get("role", "")
    if role in StaffRole.values:
        changed = attempt(
            request,
            lambda: operations.change_role(
                shop=desk.shop, user_id=user_id, role=StaffRole(role), actor=desk.actor
            ),
        )
        if changed is not None:
            values = {"who": changed.user, "role": changed.get_role_display()}
            messages.success(request, _("%(who)s: %(role)s from now on.") % values)
    else:
        gone = attempt(
            request,
            lambda: operations.dismiss_staff(shop=desk.shop, user_id=user_id, actor=desk.actor),
        )
        if gone is not None:
            if user_id == desk.actor.id:
                return redirect("counter:home")
            told = _("%(who)s no longer has access to the counter of %(shop)s.")
            messages.success(request, told % {"who": gone.user, "shop": desk.shop})
    return redirect("counter:team", desk.shop.slug)


@require_POST
@at_the_desk
def name(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write one's own name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _team(request, desk, name=form)
    operations.write_name(name=form.cleaned_data["name"], actor=desk.actor)
    messages.success(request, _("Saved."))
    return redirect("counter:team", desk.shop.slug)


@require_POST
@at_the_desk
def programs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make a token and show its secret, on this page alone.

    The answer is the page itself: nowhere is the secret kept from which another could show it. Who
    sends the form twice is told that the name is taken.
    """
    form = ProgramForm(request.POST)
    if form.is_valid():
        label = form.cleaned_data["label"]
        try:
            secret = operations.issue_token(shop=desk.shop, label=label, actor=desk.actor)
        except (Conflict, Invalid) as refusal:
            form.add_error("label", str(refusal))
        else:
            return _team(request, desk, secret=secret, secret_of=label)
    return _team(request, desk, program=form)


@require_http_methods(["GET", "POST"])
@at_the_desk
def program(request: HttpRequest, desk: Desk, token_id: int) -> HttpResponse:
    """Revoke a token: the program is refused from now on."""
    _check_here(desk.shop.tokens.filter(token_id=token_id))
    if request.method == "GET":
        return redirect("counter:team", desk.shop.slug)
    token = operations.revoke_token(shop=desk.shop, token_id=token_id, actor=desk.actor)
    told = _("“%(name)s” acts no more: its token is refused from now on.")
    messages.success(request, told % {"name": token.label})
    return redirect("counter:team", desk.shop.slug)


def _check_here(found: QuerySet[Any]) -> None:
    """Raise `NotFound` for another shop's things, whatever one may do with one's own."""
    if not found.exists():
        raise NotFound("not_here", _("It is no longer here: show the page again."))


def _team(
    request: HttpRequest,
    desk: Desk,
    *,
    invitation: InvitationForm | None = None,
    name: NameForm | None = None,
    program: ProgramForm | None = None,
    secret: str = "",
    secret_of: str = "",
) -> HttpResponse:
    people = people_of(desk.shop)
    me = next(job.user for job in people if job.user_id == desk.actor.id)
    tokens = desk.shop.tokens.filter(token__revoked_at=None).select_related("token")
    return page(
        request,
        desk,
        "team",
        people=people,
        me=me,
        now=timezone.now(),
        invitations=desk.shop.invitations.order_by("sent_at") if desk.is_manager else [],
        tokens=[grant.token for grant in tokens.order_by("token_id")] if desk.is_manager else [],
        invitation_form=invitation or InvitationForm(),
        name_form=name or NameForm(initial={"name": me.name}),
        program_form=program or ProgramForm(),
        secret=secret,
        secret_of=secret_of,
    )

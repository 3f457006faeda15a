"""Who works for the network: appointed, given another role, released."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.accounts.factor import with_factor
from comptoir.accounts.models import User
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound
from comptoir.networks.models import Coordinator, NetworkRole
from comptoir.networks.operations import release
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, factor_first, page
from comptoir.shops.operations.offices.appointment import appoint_by_mail
from comptoir.shops.operations.offices.factors import reset_factor


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.APPOINT)
def people(request: HttpRequest, office: Office) -> HttpResponse:
    """Show who works for the network, and appoint somebody: a mail tells them."""
    typed: dict[str, Any] = {"email": "", "role": NetworkRole.EDITOR.value}
    error = ""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:254] for name in typed}
        try:
            _appoint(office, typed["email"], typed["role"])
        except (Invalid, Conflict) as refusal:
            error = str(refusal)
        else:
            told = _("%(email)s works for the network now: a mail tells them.")
            messages.success(request, told % {"email": typed["email"].strip()})
            return redirect("office:people", office.network.slug)
    found = office.network.people.select_related("user").order_by("since", "pk")
    secured = with_factor(each.user_id for each in found)
    context = {
        "people": found,
        "secured": secured,
        "me": request.user,
        "roles": NetworkRole.choices,
    }
    return page(request, office, "people", error=error, typed=typed, **context)


@require_POST
@at_the_office(NetworkVerb.APPOINT)
def lost_factor(request: HttpRequest, office: Office, person_id: int) -> HttpResponse:
    """Take a colleague's second factor away, who lost it: a mail tells them."""
    found = _found(office, person_id)
    try:
        reset_factor(email=found.user.email, actor=office.actor)
    except Forbidden as refusal:
        messages.warning(request, str(refusal))
    else:
        told = _("%(who)s sets up another second factor at the next sign-in: a mail says so.")
        messages.success(request, told % {"who": found.user})
    return redirect("office:people", office.network.slug)


@require_POST
@at_the_office(NetworkVerb.READ_OFFICE)
def person(request: HttpRequest, office: Office, person_id: int) -> HttpResponse:
    """Give somebody another role, or release them; anybody may release themselves."""
    assert isinstance(request.user, User)
    found = _found(office, person_id)
    leaves = office.actor.id == person_id and "release" in request.POST
    home = reverse("office:people", args=[office.network.slug])
    if not leaves and (led := factor_first(request, request.user, home, sensitive=True)):
        return led
    try:
        if "release" in request.POST:
            release(network=office.network, user_id=person_id, actor=office.actor)
            told = _("%(who)s works for the network no more.")
        else:
            _appoint(office, found.user.email, request.POST.get("role", ""))
            told = _("The role of %(who)s is changed.")
    except (Invalid, Conflict) as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, told % {"who": found.user})
    if leaves:
        return redirect("office:home")
    return redirect("office:people", office.network.slug)


def _found(office: Office, person_id: int) -> Coordinator:
    found = office.network.people.filter(user_id=person_id).select_related("user").first()
    if found is None:
        raise NotFound("no_such_person", _("There is no such person in this network."))
    return found


def _appoint(office: Office, email: str, role: str) -> None:
    if role not in NetworkRole.values:
        raise Invalid("bad_role", _("Choose what they do."), field="role")
    appoint_by_mail(network=office.network, email=email, role=NetworkRole(role), actor=office.actor)

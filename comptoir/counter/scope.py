"""Who stands at which counter: every screen starts here, and sees one shop's things only."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import User
from comptoir.core.db import Columns, as_text, fetch_named
from comptoir.core.errors import NotFound
from comptoir.shops.models import Shop, Staff, StaffRole
from comptoir.shops.reads import successor

P = ParamSpec("P")
_JOB, _SHOP = Columns(Staff), Columns(Shop)
_SOMEBODY = -1


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at one shop's counter. `several`: the person works in other shops too;
    `hides_first_steps`: they want none on their board."""

    shop: Shop
    actor: Actor
    role: StaffRole
    several: bool
    hides_first_steps: bool = False

    @property
    def is_manager(self) -> bool:
        """Whether this person may change the shop's settings."""
        return self.role is StaffRole.MANAGER

    @property
    def shows_first_steps(self) -> bool:
        """Whether the first steps stand on this person's board while they are not done."""
        return self.is_manager and not self.hides_first_steps


def find_desk(user: User, slug: str) -> Desk:
    """Return the desk of a person in a shop, by the word of its addresses, had now or before.

    Raises `NotFound` for other shops.
    """
    jobs = _jobs(user)
    if slug not in {job.shop.slug for job in jobs} and (now := successor(slug)):
        slug = now.slug
    for job in jobs:
        if job.shop.slug == slug:
            hides = job.first_steps_hidden_at is not None
            return Desk(job.shop, user.actor, StaffRole(job.role), len(jobs) > 1, hides)
    raise NotFound("no_such_shop", _("There is no such counter, or it is not yours."))


def _jobs(user: User) -> list[Staff]:
    """Return where a person works, each with its shop. One query."""
    jobs = []
    for row in fetch_named(_jobs_statement(), {"user": user.pk}, binary=True):
        job = _JOB.make(row)
        job.shop = _SHOP.make(row)
        jobs.append(job)
    return jobs


@cache
def _jobs_statement() -> str:
    shops = Shop.objects.visible_to(Actor.user(_SOMEBODY))
    jobs = Staff.objects.filter(user_id=_SOMEBODY, shop__in=shops).values("pk")
    return (
        f"SELECT {_JOB.of('j')}, {_SHOP.of('s')}"  # noqa: S608
        " FROM shops_staff j JOIN shops_shop s ON s.id = j.shop_id"
        f" WHERE j.id IN ({as_text(jobs, user=_SOMEBODY)}) ORDER BY j.id"
    )


def at_the_desk(
    view: Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Make a view of a shop's counter: signed in, in that shop, and never from a cache."""

    @wraps(view)
    @never_cache
    def wrapper(
        request: HttpRequest,
        *args: Any,  # noqa: ANN401
        shop_slug: str,
        **kwargs: Any,  # noqa: ANN401
    ) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return sign_in_first(request, reverse("counter:tasks", args=[shop_slug]))
        desk = find_desk(request.user, shop_slug)
        if desk.shop.slug != shop_slug and request.method == "GET":
            # The word that the shop had before: a page that somebody kept.
            path = request.get_full_path().split("/", 3)
            return redirect("/".join([*path[:2], desk.shop.slug, *path[3:]]))
        request.desk = desk  # type: ignore[attr-defined]
        return view(request, desk, *args, **kwargs)

    return wrapper


def sign_in_first(request: HttpRequest, home: str) -> HttpResponse:
    """Send somebody who is not signed in to the sign-in page, and back to the page they were on.

    A fragment or a tap is no page: then back to the page that asked for it, else to `home`.
    """
    if request.headers.get("HX-Request"):
        shown = HtmxDetails(request).current_url_abs_path or home
        return HttpResponseClientRedirect(redirect_to_login(shown).headers["Location"])
    return redirect_to_login(request.get_full_path() if request.method == "GET" else home)

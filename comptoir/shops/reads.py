"""The directory as people read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import NotFound
from comptoir.shops.hours import OpenState, state_at
from comptoir.shops.models import (
    FieldOrigin,
    ServiceKind,
    Shop,
    ShopKind,
    ShopQuerySet,
    Staff,
    StaffRole,
)
from comptoir.shops.places import Point, metres


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRequest:
    """Which shops to list; what is left out filters nothing. `radius_m` counts from `near`; with
    `paused` those that are hidden for now are listed too."""

    kind: ShopKind | None = None
    service: ServiceKind | None = None
    department: str = ""
    text: str = ""
    open_now: bool = False
    near: Point | None = None
    radius_m: float | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class ListedShop:
    """A shop of the directory at a moment; `metres` from where the reader is, if known."""

    shop: Shop
    state: OpenState
    metres: float | None


def by_name(name: str) -> dict[str, str]:
    """Return the filter by which a text names a shop: a SIRET of 14 digits, or else a slug."""
    return {"siret" if len(name) == 14 and name.isdigit() else "slug": name}


def find_shop(shops: QuerySet[Shop], name: str) -> Shop | None:
    """Return the shop of some that has this SIRET or slug, or had this slug before."""
    return shops.filter(**by_name(name)).first() or shops.filter(former_slugs__slug=name).first()


def successor(slug: str) -> Shop | None:
    """Return the shop to which an address leads whose word is that of no shop, or of one that has
    left: the shop that had the word before, or that the other one was merged into."""
    shop = find_shop(Shop.objects.select_related("merged_into"), slug)
    while shop is not None and shop.merged_into is not None:
        shop = shop.merged_into
    return None if shop is None or shop.slug == slug else shop


def named_shop(name: str, *, actor: Actor) -> Shop:
    """Return the shop of that SIRET or slug, had now or before, if this actor may use its counter,
    whether the public sees it or not.

    Raises `NotFound` (`no_such_shop`), for another's shop too.
    """
    shop = find_shop(Shop.objects.visible_to(actor), name)
    if shop is None:
        raise NotFound("no_such_shop", _("There is no such shop."), shop=name)
    return shop


def people_of(shop: Shop) -> list[Staff]:
    """Return who works in a shop, with their accounts: managers first, then by name. One query."""
    jobs = shop.staff.select_related("user")
    return sorted(jobs, key=lambda job: (job.role != StaffRole.MANAGER, str(job.user).lower()))


def directory(request: DirectoryRequest, at: datetime) -> list[ListedShop]:
    """Return the shops of a request as they are at a moment: nearest first, else by town and name.

    Three queries, whatever the number of shops; a directory is a few hundred of them.
    """
    shops = _detailed(wanted(request)).order_by("city", "name", "pk")
    found = [_listed(shop, request.near, at) for shop in shops]
    if request.open_now:
        found = [each for each in found if each.state.is_open]
    return _nearest(found, request.radius_m) if request.near else found


def wanted(request: DirectoryRequest) -> ShopQuerySet:
    """Return the shops of a request, wherever they are and whether open or not."""
    shops = Shop.objects.of_network() if request.paused else Shop.objects.open_to_public()
    if request.kind:
        shops = shops.filter(kind__in=(request.kind, ShopKind.BOTH))
    if request.service:
        shops = shops.filter(services__kind=request.service)
    if request.department:
        shops = shops.in_department(request.department)
    if text := request.text.strip():
        shops = shops.filter(Q(name__icontains=text) | Q(city__icontains=text))
    return shops


def _detailed(shops: ShopQuerySet) -> ShopQuerySet:
    """Return the shops with what a page about each needs."""
    return shops.prefetch_related("services", "closures")


def _listed(shop: Shop, near: Point | None, at: datetime) -> ListedShop:
    away = None
    if near:
        away = metres(near.latitude, near.longitude, shop.latitude, shop.longitude)
    return ListedShop(shop, state_at(shop, at), away)


def _nearest(found: Sequence[ListedShop], radius_m: float | None) -> list[ListedShop]:
    """Return the shops within the radius (None: all), nearest first."""
    limit = float("inf") if radius_m is None else radius_m
    near = [each for each in found if each.metres is not None and each.metres <= limit]
    return sorted(near, key=lambda each: each.metres or 0.0)


def written_fields(shop: Shop) -> list[FieldOrigin]:
    """Return who wrote what stands in each field of a shop, and when, as far as it is known."""
    return list(shop.origins.exclude(written_at=None).order_by("field"))

"""The directory as people read it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import NotFound
from comptoir.shops.models import FieldOrigin, Shop, Staff, StaffRole


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


def written_fields(shop: Shop) -> list[FieldOrigin]:
    """Return who wrote what stands in each field of a shop, and when, as far as it is known."""
    return list(shop.origins.exclude(written_at=None).order_by("field"))

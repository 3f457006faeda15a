"""The shop as an actor may use it."""

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.core.errors import Forbidden, NotFound
from comptoir.shops.models import Shop, StaffRole


def in_scope(shop: Shop, actor: Actor) -> Shop:
    """Return the shop, read afresh, if the actor may use its counter. Raises `NotFound`."""
    found = Shop.objects.visible_to(actor).filter(pk=shop.pk).first()
    if found is None:
        raise NotFound("no_such_shop", _("There is no such shop."))
    return found


def managed(shop: Shop, actor: Actor) -> Shop:
    """Return the shop, locked, if the actor may change what it is.

    Raises `NotFound`, or `Forbidden` (`not_manager`) for staff and API tokens.
    """
    shop = Shop.objects.select_for_update(no_key=True).get(pk=in_scope(shop, actor).pk)
    if actor.kind is ActorKind.SYSTEM:
        return shop
    managers = shop.staff.filter(role=StaffRole.MANAGER).values_list("user_id", flat=True)
    if actor.kind is ActorKind.USER and actor.id in set(managers):
        return shop
    raise Forbidden("not_manager", _("Only a manager of the shop may do this: ask one of them."))

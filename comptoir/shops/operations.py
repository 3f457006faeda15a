"""What may be done to a shop of the directory, and by whom.

Every verb fetches the shop through the actor's scope: another's shop is not there at all
(`NotFound`). Staff may close their shop for some days; only a manager of it, or the system (the
command line), changes its settings, its people and its tokens (`Forbidden`).
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts import tokens
from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import User
from comptoir.core.errors import Forbidden, Invalid, NotFound
from comptoir.shops.models import Closure, Shop, ShopToken, Staff, StaffRole

LONGEST_CLOSURE_DAYS = 366


@transaction.atomic
def add_closure(
    *, shop: Shop, first_day: date, last_day: date, reason: str = "", actor: Actor
) -> Closure:
    """Shut a shop exceptionally, both days included, in its own time zone.

    The same days again change nothing but the reason. This moves no deadline:
    `orders.operations.close_shop` does both. Raises `NotFound`, `Invalid` (`bad_closure`).
    """
    shop = _in_scope(shop, actor)
    if last_day < first_day or (last_day - first_day).days > LONGEST_CLOSURE_DAYS:
        raise Invalid(
            "bad_closure",
            _("A closure ends on the day it begins or later, and lasts a year at most."),
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    closure, _made = Closure.objects.update_or_create(
        shop=shop, first_day=first_day, last_day=last_day, defaults={"reason": reason[:120]}
    )
    return closure


@transaction.atomic
def remove_closure(*, shop: Shop, closure_id: int, actor: Actor) -> None:
    """Take an exceptional closure back. Raises `NotFound` for another shop's."""
    removed, _each = Closure.objects.filter(pk=closure_id, shop=_in_scope(shop, actor)).delete()
    if not removed:
        raise NotFound("no_closure", _("This closure is not there any more."), id=closure_id)


@transaction.atomic
def invite_staff(
    *, shop: Shop, email: str, role: StaffRole = StaffRole.STAFF, actor: Actor
) -> Staff:
    """Let a person work in a shop, making their account if there is none.

    No password is set: a code sent by e-mail signs in. Inviting again gives the role asked for.
    Raises `NotFound`, `Forbidden`, `Invalid` (`bad_email`).
    """
    shop = _managed(shop, actor)
    address = _email(email)
    user = User.objects.filter(email=address).first() or User.objects.create_user(address)
    staff, _made = Staff.objects.update_or_create(shop=shop, user=user, defaults={"role": role})
    return staff


@transaction.atomic
def issue_token(*, shop: Shop, label: str, actor: Actor) -> str:
    """Make an API token that acts for one shop and return its secret, which is shown only once.

    Raises `NotFound`, `Forbidden`.
    """
    shop = _managed(shop, actor)
    token, secret = tokens.issue(label.strip()[:80])
    ShopToken.objects.create(shop=shop, token=token)
    return secret


@transaction.atomic
def revoke_token(*, shop: Shop, token_id: int, actor: Actor) -> None:
    """End one of the shop's API tokens at once. Raises `NotFound` for another shop's."""
    grant = ShopToken.objects.select_related("token").filter(
        shop=_managed(shop, actor), token_id=token_id
    )
    if not (found := grant.first()):
        raise NotFound("no_token", _("This shop has no such token."), id=token_id)
    tokens.revoke(found.token)


def _in_scope(shop: Shop, actor: Actor) -> Shop:
    """Return the shop as this actor may use it. Raises `NotFound`."""
    found = Shop.objects.visible_to(actor).filter(pk=shop.pk).first()
    if found is None:
        raise NotFound("no_shop", _("There is no such shop."))
    return found


def _managed(shop: Shop, actor: Actor) -> Shop:
    """Return the shop if this actor may change what it is. Raises `NotFound`, `Forbidden`."""
    shop = _in_scope(shop, actor)
    if actor.kind is ActorKind.SYSTEM:
        return shop
    managers = shop.staff.filter(role=StaffRole.MANAGER).values_list("user_id", flat=True)
    if actor.kind is ActorKind.USER and actor.id in set(managers):
        return shop
    raise Forbidden("not_manager", _("Only a manager of the shop may do this: ask one of them."))


def _email(text: str) -> str:
    """Return an address in the form accounts keep. Raises `Invalid` (`bad_email`)."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(
            "bad_email", _("“%(text)s” is not an e-mail address.") % {"text": text[:80]}
        ) from error
    return address

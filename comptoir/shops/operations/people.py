"""Who may act for a shop: people and API tokens."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts import tokens
from comptoir.accounts.actors import Actor
from comptoir.accounts.models import User
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.shops.contacts import parse_email
from comptoir.shops.models import Shop, ShopToken, Staff, StaffRole
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def invite_staff(
    *, shop: Shop, email: str, role: StaffRole = StaffRole.STAFF, actor: Actor
) -> Staff:
    """Let a person work in a shop, making their account if there is none.

    No password is set: a code sent by e-mail signs in. Inviting somebody again gives them this
    `role`.

    Guard: `EMPLOY`. Locks: the shop. Writes: the account, the job. Raises `NotFound`, `Forbidden`,
    `Invalid` (`bad_email`), `Conflict` (`last_manager`).
    """
    # Locked: of two managers who dismiss each other at once, the second is refused.
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    address = parse_email(email)
    user = User.objects.filter(email=address).first() or User.objects.create_user(address)
    if role != StaffRole.MANAGER:
        _keep_a_manager(shop, user.pk)
    staff, _made = Staff.objects.update_or_create(shop=shop, user=user, defaults={"role": role})
    return staff


@transaction.atomic
def dismiss_staff(*, shop: Shop, user_id: int, actor: Actor) -> None:
    """End a person's access to a shop at once; their account and their history stay.

    Guard: `EMPLOY`. Locks: the shop. Deletes: the job. Raises `NotFound`, `Forbidden`, `Conflict`
    (`last_manager`).
    """
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    _keep_a_manager(shop, user_id)
    removed, _each = Staff.objects.filter(shop=shop, user_id=user_id).delete()
    if not removed:
        raise NotFound("no_such_staff", _("This person does not work in this shop."), id=user_id)


@transaction.atomic
def issue_token(*, shop: Shop, label: str, actor: Actor) -> str:
    """Make an API token that acts for one shop and return its secret, which is shown only once.

    Guard: `EMPLOY`. Locks: the shop. Writes: the token, its grant. Raises `NotFound`, `Forbidden`,
    `Invalid` (`no_label`).
    """
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    if not label.strip():
        raise Invalid("no_label", _("Name the token after the program that will use it."))
    token, secret = tokens.issue(label.strip()[:80])
    ShopToken.objects.create(shop=shop, token=token)
    return secret


@transaction.atomic
def revoke_token(*, shop: Shop, token_id: int, actor: Actor) -> None:
    """End one of the shop's API tokens at once, for good; revoking it again changes nothing.

    Guard: `EMPLOY`. Locks: the shop. Writes: the token. Raises `NotFound` (`no_such_token`),
    `Forbidden`.
    """
    grants = ShopToken.objects.filter(
        shop=in_scope(shop, actor, Verb.EMPLOY, lock=True), token_id=token_id
    )
    grant = grants.select_related("token").first()
    if grant is None:
        raise NotFound("no_such_token", _("This shop has no such token."), id=token_id)
    tokens.revoke(grant.token)


def _keep_a_manager(shop: Shop, user_id: int) -> None:
    """Refuse to take the last manager from a shop: nobody there could name another."""
    managers = set(shop.staff.filter(role=StaffRole.MANAGER).values_list("user_id", flat=True))
    if managers == {user_id}:
        raise Conflict(
            "last_manager", _("The shop would have no manager left: name another one first.")
        )

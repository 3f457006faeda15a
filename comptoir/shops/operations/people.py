"""Who works in a shop, and what they are called. How somebody comes in: `invitations`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import User
from comptoir.core.errors import Conflict, Forbidden, NotFound
from comptoir.core.text import one_line
from comptoir.shops.contacts import parse_email
from comptoir.shops.models import Shop, Staff, StaffRole
from comptoir.shops.operations.scope import Verb, in_scope

LONGEST_NAME = 120


@transaction.atomic
def employ_staff(
    *, shop: Shop, email: str, role: StaffRole = StaffRole.STAFF, name: str = "", actor: Actor
) -> Staff:
    """Let a person work in a shop at once, making their account if there is none.

    No mail is sent and no password is set: a code by e-mail signs in. Somebody who works there
    already gets this `role`; a name is given only to who has none.

    Guard: `EMPLOY`. Locks: the shop. Writes: the account, the job, a line of the audit. Deletes:
    an invitation that it answers. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_email`),
    `Conflict` (`last_manager`, `shop_ended`).
    """
    # Locked: of two managers who dismiss each other at once, the second is refused.
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    address = parse_email(email)
    user = User.objects.filter(email=address).first()
    if user is not None and role != StaffRole.MANAGER:
        _keep_a_manager(shop, user.pk)
    staff = give_job(shop, address, role, name)
    note(actor, "employed", subject=staff.user, shop_id=shop.pk, facts={"role": role.value})
    return staff


def give_job(shop: Shop, address: str, role: StaffRole, name: str) -> Staff:
    """Write a job in a locked shop, with the account of a right address where there is none.

    A step inside the transaction of a verb that has looked. Deletes: an invitation there.
    """
    user = User.objects.filter(email=address).first() or User.objects.create_user(address)
    user.name = user.name or one_line(name)[:LONGEST_NAME]
    user.left_at = None
    user.save(update_fields=["name", "left_at"])
    shop.invitations.filter(email=address).delete()
    staff, _made = Staff.objects.update_or_create(shop=shop, user=user, defaults={"role": role})
    return staff


@transaction.atomic
def change_role(*, shop: Shop, user_id: int, role: StaffRole, actor: Actor) -> Staff:
    """Make somebody who works in a shop its manager, or no longer its manager.

    Guard: `EMPLOY`. Locks: the shop. Writes: the job, a line of the audit. Raises `NotFound`
    (`no_such_staff`), `Forbidden`, `Conflict` (`last_manager`).
    """
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    staff = _staff(shop, user_id)
    if role != StaffRole.MANAGER:
        _keep_a_manager(shop, user_id)
    staff.role = role
    staff.save(update_fields=["role"])
    facts = {"role": role.value}
    note(actor, "role_changed", subject=staff.user, shop_id=shop.pk, facts=facts)
    return staff


@transaction.atomic
def dismiss_staff(*, shop: Shop, user_id: int, actor: Actor) -> Staff:
    """End a person's access to a shop at once; return the job that ended.

    Their history stays. Who works in no other shop loses their account later (`erase_gone`).

    Guard: `EMPLOY`. Locks: the shop. Deletes: the job. Writes: the account, a line of the
    audit. Raises `NotFound`
    (`no_such_staff`), `Forbidden`, `Conflict` (`last_manager`).
    """
    shop = in_scope(shop, actor, Verb.EMPLOY, lock=True)
    staff = _staff(shop, user_id)
    _keep_a_manager(shop, user_id)
    let_go(shop, user_id)
    note(actor, "dismissed", subject=staff.user, shop_id=shop.pk)
    return staff


def let_go(shop: Shop, *user_ids: int) -> None:
    """End these people's jobs in a locked shop, and note who works nowhere any more.

    A step inside the transaction of a verb that has looked.
    """
    Staff.objects.filter(shop=shop, user_id__in=user_ids).delete()
    User.objects.filter(pk__in=user_ids, jobs=None).update(left_at=timezone.now())


@transaction.atomic
def write_name(*, name: str, actor: Actor) -> None:
    """Set what one is called oneself; an empty name shows the address in its place.

    Guard: the actor is a person. Writes: their account. Raises `Forbidden` (`no_person`).
    """
    if actor.kind is not ActorKind.USER or actor.id is None:
        raise Forbidden("no_person", _("Each person writes their own name."))
    User.objects.filter(pk=actor.id).update(name=one_line(name)[:LONGEST_NAME])


@transaction.atomic
def erase_gone(*, now: datetime) -> int:
    """Delete the accounts of people who have worked in no shop for so long; return how many.

    A history that names one then says “somebody”. Operators' accounts stay, and those of who works
    for a network. Locks: the accounts, by
    primary key. Source: RGPD, article 5(1)(e); the delay is `COMPTOIR_ERASE_AFTER_DAYS`.
    """
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    gone = User.objects.filter(
        left_at__lte=limit, jobs=None, offices=None, is_staff=False, is_superuser=False
    )
    # Who comes back at this moment has written `left_at`: it is read again behind the lock.
    locked = [user.pk for user in gone.select_for_update(of=("self",)).order_by("pk")]
    return User.objects.filter(pk__in=locked).delete()[1].get("accounts.User", 0)


@transaction.atomic
def hide_first_steps(*, shop: Shop, hidden: bool, actor: Actor) -> Staff:
    """Have the first steps of a shop no longer stand on this person's board, or stand there again.

    Guard: `READ_COUNTER`, of a person who works there. Writes: the job. Raises `NotFound`
    (`no_such_staff`), `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.READ_COUNTER)
    staff = _staff(shop, actor.id if actor.kind is ActorKind.USER and actor.id else 0)
    staff.first_steps_hidden_at = timezone.now() if hidden else None
    staff.save(update_fields=["first_steps_hidden_at"])
    return staff


def is_last_manager(shop: Shop, user_id: int) -> bool:
    """Return whether nobody but this person could name others in a shop."""
    managers = shop.staff.filter(role=StaffRole.MANAGER, user__is_active=True)
    return set(managers.values_list("user_id", flat=True)) == {user_id}


def _keep_a_manager(shop: Shop, user_id: int) -> None:
    """Refuse to take the last manager from a shop: nobody there could name another."""
    if is_last_manager(shop, user_id):
        raise Conflict(
            "last_manager", _("The shop would have no owner left: name another one first.")
        )


def _staff(shop: Shop, user_id: int) -> Staff:
    staff = shop.staff.filter(user_id=user_id).select_related("user", "shop").first()
    if staff is None:
        raise NotFound("no_such_staff", _("This person does not work in this shop."), id=user_id)
    return staff

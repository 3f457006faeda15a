"""A network's messages to its members: sent, read, reminded of once, by mail or at the counter
alone."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Faults, Invalid, NotFound, fill
from comptoir.core.limits import Limit, count
from comptoir.core.text import SPACES, one_line, plain_lines
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.notifications.operations import Draft, leave_last, queue
from comptoir.shops.circulars.models import (
    LONGEST_BODY,
    LONGEST_TITLE,
    Circular,
    CircularCopy,
    CircularReading,
)
from comptoir.shops.models import Shop, Staff, StaffRole
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope

TEMPLATE = "circular"
DAY = 86_400
_MANY = _("The network has sent many messages today: send the next one tomorrow.")
PER_NETWORK = Limit("circulars", 10, DAY, _MANY)
TWICE = timedelta(minutes=10)
"""Within that the same words to the same shops are a second tap, not a second message."""
leave_last(TEMPLATE)


@transaction.atomic
def send_circular(
    *,
    network: Network,
    title: str,
    body: str,
    shop_ids: Collection[int] | None = None,
    actor: Actor,
    now: datetime,
) -> Circular:
    """Send a message to the members of a network, or to some of them (`shop_ids`; None: to all),
    and return it. It stands at their counters until somebody there has read it, and their owners
    get a mail, once each, but for shops that take none. Sent twice in a row it is sent once.

    Guard: `TELL_MEMBERS`, within the limit. Locks: the network. Writes: the message, a copy a shop,
    the mails, a line of the audit. Raises `NotFound`, `Forbidden`, `Faults` (`missing`, `too_long`,
    `no_shops`, each with its field), `TooMany`.
    """
    network = in_network(network, actor, NetworkVerb.TELL_MEMBERS, lock=True)
    members = Shop.objects.of_network().filter(memberships__network=network)
    if shop_ids is not None:
        members = members.filter(pk__in=shop_ids)
    shops = list(members.order_by("pk"))
    subject, text = _checked(title, body, shops)
    before = network.circulars.filter(title=subject, body=text, sent_at__gt=now - TWICE)
    for sent in before:
        if set(sent.copies.values_list("shop_id", flat=True)) == {shop.pk for shop in shops}:
            return sent
    count(PER_NETWORK, str(network.pk))
    made = network.circulars.create(title=subject, body=text, sent_at=now, **acted_by(actor))
    CircularCopy.objects.bulk_create(CircularCopy(circular=made, shop=shop) for shop in shops)
    _mail(made, shops)
    note(actor, "sent_circular", subject=made, network_id=network.pk, facts={"shops": len(shops)})
    return made


@transaction.atomic
def remind_of_circular(*, network: Network, circular_id: int, actor: Actor, now: datetime) -> int:
    """Send the mail of a message once more to shops in which nobody has read it; return to how
    many. It happens once a message.

    Guard: `TELL_MEMBERS`. Locks: the network. Writes: the message, the mails, a line of the audit.
    Raises `NotFound` (`no_such_circular`), `Forbidden`, `Conflict` (`reminded`).
    """
    network = in_network(network, actor, NetworkVerb.TELL_MEMBERS, lock=True)
    found = network.circulars.filter(pk=circular_id).first()
    if found is None:
        raise NotFound("no_such_circular", _("There is no such message."))
    if found.reminded_at is not None:
        raise Conflict("reminded", _("They were reminded already: call them."))
    silent = found.copies.filter(readings=None, shop__ended_at=None).select_related("shop")
    shops = [copy.shop for copy in silent.order_by("shop_id")]
    found.reminded_at = now
    found.save(update_fields=["reminded_at"])
    _mail(found, shops, again=True)
    facts = {"shops": len(shops)}
    note(actor, "reminded_of_circular", subject=found, network_id=network.pk, facts=facts)
    return len(shops)


@transaction.atomic
def read_circular(*, shop: Shop, copy_id: int, actor: Actor, now: datetime) -> CircularCopy:
    """Note that a person has read what a network wrote to their shop; a second time, and of who is
    no person, nothing is noted.

    Guard: `READ_COUNTER`. Locks nothing. Writes: that they read it. Raises `NotFound`
    (`no_such_circular`).
    """
    shop = in_scope(shop, actor, Verb.READ_COUNTER)
    found = shop.circulars.filter(pk=copy_id).first()
    if found is None:
        raise NotFound("no_such_circular", _("There is no such message."))
    if actor.kind is ActorKind.USER and actor.id is not None:
        reading = CircularReading(copy=found, user_id=actor.id, read_at=now)
        CircularReading.objects.bulk_create([reading], ignore_conflicts=True)
    return found


@transaction.atomic
def take_circulars_by_mail(*, shop: Shop, by_mail: bool, actor: Actor, now: datetime) -> Shop:
    """Have a shop's owners get messages of networks by mail too, or at the counter alone.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the shop, its history. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    with act_on(shop, actor=actor, at=now):
        shop.circulars_by_mail = by_mail
        shop.save(update_fields=["circulars_by_mail"])
    return shop


@transaction.atomic
def erase_circulars(*, now: datetime) -> int:
    """Delete messages older than `COMPTOIR_AUDIT_DAYS`, with who read them; return how many.
    Locks: these messages. Source: RGPD, article 5(1)(e)."""
    limit = now - timedelta(days=settings.AUDIT_DAYS)
    return Circular.objects.filter(sent_at__lt=limit).delete()[1].get("shops.Circular", 0)


def _checked(title: str, body: str, shops: list[Shop]) -> tuple[str, str]:
    subject = one_line(title)
    text = plain_lines(body)
    text = "".join(sign for sign in text if sign.isprintable() or sign in SPACES)
    faults: list[Invalid] = []
    for name, said, most in (("title", subject, LONGEST_TITLE), ("body", text, LONGEST_BODY)):
        if not said:
            faults.append(Invalid("missing", _("This must not be empty."), field=name))
        elif len(said) > most:
            told = fill(_("This is longer than %(longest)d characters."), longest=most)
            faults.append(Invalid("too_long", told, field=name))
    if not shops:
        faults.append(Invalid("no_shops", _("Choose at least one shop."), field="shops"))
    if faults:
        raise Faults(faults)
    return subject, text


def _mail(circular: Circular, shops: list[Shop], *, again: bool = False) -> None:
    """Queue the mail for the owners of shops that take it, one for each person."""
    owners = Staff.objects.filter(
        shop__in=[shop.pk for shop in shops],
        shop__circulars_by_mail=True,
        role=StaffRole.MANAGER,
        user__is_active=True,
    )
    once: dict[str, int] = {}
    for email, shop_id in owners.order_by("pk").values_list("user__email", "shop_id"):
        once.setdefault(email, shop_id)
    queue(
        [
            Draft(
                email,
                settings.LANGUAGE_CODE,
                TEMPLATE,
                {"circular": circular.pk, "shop": shop_id, "again": again},
                about=f"circular:{circular.pk}",
            )
            for email, shop_id in once.items()
        ]
    )

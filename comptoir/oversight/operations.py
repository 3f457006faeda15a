"""What a network's people do about its members: ask for something, look at a reservation with a
reason that is kept, take the audit away with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import MOST_REASON, note
from comptoir.accounts.models import AuditEntry, User
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.limits import Limit, count
from comptoir.core.text import one_line, plain_lines
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.notifications.operations import Draft, queue
from comptoir.orders.models import Order
from comptoir.orders.reads import with_lines
from comptoir.oversight.audit import (
    Question,
    View,
    audit_of_installation,
    audit_of_network,
    audit_of_shop,
)
from comptoir.oversight.errors import asked_already, no_member, no_such_reservation
from comptoir.oversight.faults import Fault
from comptoir.oversight.letters import LONGEST, LONGEST_SUBJECT
from comptoir.oversight.quality import ASKED
from comptoir.shops.contacts import receives_mail
from comptoir.shops.models import Shop, StaffRole

TEMPLATE = "shop_asked"
LOOKED = "looked_at_order"
EXPORTED = "exported_audit"
SHORTEST_REASON = 10
WAITS = (7, 14, 30, 90)
"""The days for which a shop is not asked for the same thing again, of which one is chosen."""
DAY = 86_400
_MANY_MAILS = _("Many shops were asked today. Go on tomorrow.")
_MANY_LOOKS = _("You have looked at many reservations today. Go on tomorrow, or call the shop.")
MAILS_OF_NETWORK = Limit("asked_of_members", 300, DAY, _MANY_MAILS)
LOOKS_OF_PERSON = Limit("looks_at_orders", 30, DAY, _MANY_LOOKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a shop is asked: for which faults, in which words and language, and for how many days
    it is not asked for the same again (one of `WAITS`)."""

    faults: Sequence[Fault]
    subject: str
    text: str
    language: str = "fr"
    days: int = 14


@transaction.atomic
def ask_to_mend(*, network: Network, shop: Shop, asked: Asked, actor: Actor) -> int:
    """Send a mail to the owners of a member, or to the shop's address where it has none, and return
    to how many. Answers go to the person who asks.

    Guard: `KEEP_DIRECTORY`; at most `MAILS_OF_NETWORK`. Locks: the network, so that two at once do
    not ask the same. Writes: the mails, a line of the audit. Raises `NotFound` (`no_such_member`),
    `Forbidden`, `Invalid` (`bad_text`, `no_faults`), `Conflict` (`asked_already`, `no_address`),
    `TooMany`.
    """
    network = in_network(network, actor, NetworkVerb.KEEP_DIRECTORY, lock=True)
    shop = _member(network, shop)
    subject, text = one_line(asked.subject), plain_lines(asked.text).strip()
    if not 0 < len(text) <= LONGEST or not 0 < len(subject) <= LONGEST_SUBJECT:
        told = _("Write a subject, and a text of at most 4,000 characters.")
        raise Invalid("bad_text", told, field="text")
    if not asked.faults:
        raise Invalid("no_faults", _("Choose what the mail is about."), field="faults")
    _not_twice(network, shop, asked)
    count(MAILS_OF_NETWORK, str(network.pk))
    addresses = _addresses(shop)
    said = {"title": subject, "text": text, "email": _address_of(actor, network)}
    said |= {"shop": shop.name, "association": network.name}
    queue([Draft(to, asked.language, TEMPLATE, said, f"asked:{shop.pk}") for to in addresses])
    facts = {"faults": [each.value for each in asked.faults], "days": asked.days}
    facts["people"] = len(addresses)
    note(actor, ASKED, subject=shop, shop_id=shop.pk, network_id=network.pk, facts=facts)
    return len(addresses)


def look_at_order(*, network: Network, shop: Shop, code: str, reason: str, actor: Actor) -> Order:
    """Return a reservation of a member with its reader's name and contact, for a reason that is
    kept and that the shop sees.

    Guard: `SEE_READERS`; at most `LOOKS_OF_PERSON` a day, codes that do not exist included. Locks
    nothing. Writes: an attempt, alone; a line of the audit. Raises `NotFound` (`no_such_member`,
    `no_such_reservation`), `Forbidden`, `Invalid` (`no_reason`), `TooMany`.
    """
    in_network(network, actor, NetworkVerb.SEE_READERS)
    why = one_line(reason)
    if not SHORTEST_REASON <= len(why) <= MOST_REASON:
        told = _("Say why, in 10 to 300 characters: the reason is kept, and the shop reads it.")
        raise Invalid("no_reason", told, field="reason")
    count(LOOKS_OF_PERSON, f"{actor.kind.value}:{actor.id}")
    return _look(network, shop, code, why, actor)


@transaction.atomic
def _look(network: Network, shop: Shop, code: str, reason: str, actor: Actor) -> Order:
    network = in_network(network, actor, NetworkVerb.SEE_READERS)
    shop = _member(network, shop)
    digits = "".join(each for each in code if each.isdecimal())[:20]
    found = with_lines(Order.objects.filter(shop=shop, code=digits)).first()
    if found is None:
        raise no_such_reservation()
    note(
        actor,
        LOOKED,
        subject=found,
        shop_id=shop.pk,
        network_id=network.pk,
        reason=reason,
        facts={"code": found.code},
        looked=True,
    )
    return found


@transaction.atomic
def export_audit(
    *,
    question: Question,
    actor: Actor,
    network: Network | None = None,
    shop: Shop | None = None,
) -> View:
    """Return an audit that is about to be exported: a network's, a shop's, or that of everything.

    Guard: that of the audit that is read. Writes: a line of the audit, before anything is read.
    Raises `NotFound`, `Forbidden`.
    """
    if network is not None:
        view = audit_of_network(network, actor=actor)
    elif shop is not None:
        view = audit_of_shop(shop, actor=actor)
    else:
        view = audit_of_installation(actor=actor)
    first, last = question.days
    facts = {"first": first.isoformat(), "last": last.isoformat()}
    note(
        actor,
        EXPORTED,
        shop_id=shop.pk if shop else None,
        network_id=network.pk if network else None,
        facts=facts,
    )
    return view


def looks_at(order: Order) -> list[AuditEntry]:
    """Return the times that a coordinator looked at an order, the newest first: its shop's page
    shows them. One query, by the index of the shop's entries."""
    found = AuditEntry.objects.filter(shop_id=order.shop_id, deed=LOOKED, subject_id=order.pk)
    return list(found.order_by("-at")[:20])


def _member(network: Network, shop: Shop) -> Shop:
    found = Shop.objects.filter(memberships__network=network, pk=shop.pk).first()
    if found is None:
        raise no_member()
    return found


def _not_twice(network: Network, shop: Shop, asked: Asked) -> None:
    """Refuse to ask for what was asked for within the days that were chosen then."""
    now = timezone.now()
    before = AuditEntry.objects.filter(
        network_id=network.pk, shop_id=shop.pk, deed=ASKED, at__gt=now - timedelta(days=max(WAITS))
    )
    wanted = {each.value for each in asked.faults}
    for entry in before.order_by("-at"):
        lasts = now - entry.at < timedelta(days=entry.facts["days"])
        if lasts and not wanted.isdisjoint(entry.facts["faults"]):
            raise asked_already(entry.at)


def _addresses(shop: Shop) -> list[str]:
    owners = shop.staff.filter(role=StaffRole.MANAGER, user__is_active=True)
    found = list(owners.order_by("pk").values_list("user__email", flat=True))
    found = found or [shop.email]
    good = [each for each in found if receives_mail(each)]
    if not good:
        told = _("No address of this shop takes mail: call it, or write to it.")
        raise Conflict("no_address", told)
    return good


def _address_of(actor: Actor, network: Network) -> str:
    """Return where answers go: to who asks; to a coordinator where the command line asks."""
    found = User.objects.filter(offices__network=network, is_active=True)
    if actor.kind is ActorKind.USER:
        found = User.objects.filter(pk=actor.id or 0)
    return found.order_by("pk").values_list("email", flat=True).first() or ""

"""The quality list: what is wrong with which member of a network, and since when it was asked."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import AuditEntry
from comptoir.core.db import fetch
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.oversight.faults import Fault
from comptoir.shops.models import Invitation, Service, Shop, Staff
from comptoir.shops.page.models import ShopPhoto
from comptoir.shops.sources.models import RegistryState
from comptoir.shops.timetable.clock import timetable_of
from comptoir.shops.timetable.doubts import remarks
from comptoir.stock.arrivals.silence import silences
from comptoir.stock.reports.models import Report, ReportStatus
from comptoir.stock.shelf.models import TrackRecord
from comptoir.terms.reads import posts_without_terms

ASKED = "asked_to_mend"
REMEMBERED = timedelta(days=90)
WAITED = timedelta(days=2)
FEWEST_MISSING, SHARE_MISSING = 3, 0.2
"""Copies that were not found, and their share of those promised, from which on they are many."""

# Asked for and never answered: neither set aside nor refused, while it waited for the shop.
_UNANSWERED = """
SELECT o.shop_id, count(*) FROM orders_order o
WHERE o.shop_id = ANY(%(shops)s) AND o.placed_at > %(since)s AND (
    o.status = 'placed' AND o.placed_at < %(before)s
    OR o.status = 'expired' AND EXISTS (
        SELECT FROM orders_orderevent e WHERE e.order_id = o.id AND e.status = 'placed')
    AND NOT EXISTS (
        SELECT FROM orders_orderevent e WHERE e.order_id = o.id AND e.kind = 'set_aside'))
GROUP BY o.shop_id
"""
# By the index of what has failed: `to` has none.
_BOUNCED = """
SELECT DISTINCT w.shop_id FROM (
    SELECT lower(m.to) AS address FROM notifications_message m
    WHERE m.failing_since > %(month)s AND m.status = 'failed'
      AND m.reason IN ('mailbox', 'refused')) f
JOIN (
    SELECT s.id AS shop_id, lower(s.email) AS address FROM shops_shop s
    WHERE s.id = ANY(%(shops)s) AND s.email <> ''
    UNION ALL
    SELECT j.shop_id, lower(u.email) FROM shops_staff j JOIN accounts_user u ON u.id = j.user_id
    WHERE j.shop_id = ANY(%(shops)s)
    UNION ALL
    SELECT i.shop_id, lower(i.email) FROM shops_invitation i WHERE i.shop_id = ANY(%(shops)s)
) w ON w.address = f.address
"""


@dataclass(slots=True)
class Checked:
    """A shop with what is wrong with it, the gravest first, and when it was asked for what."""

    shop: Shop
    faults: list[Fault] = field(default_factory=list)
    asked: dict[Fault, datetime] = field(default_factory=dict)
    unanswered: int = 0
    missing: int = 0

    @property
    def gravest(self) -> int:
        """Where its gravest fault stands in the order of faults."""
        return list(Fault).index(self.faults[0])

    @property
    def last_asked(self) -> datetime | None:
        """When it was last asked for something that is still wrong."""
        return max((self.asked[each] for each in self.faults if each in self.asked), default=None)


def quality_of(network: Network, *, actor: Actor, now: datetime) -> list[Checked]:
    """Return the members of a network with which something is wrong, the gravest first, then those
    with most faults, then by name. Eleven queries, whatever the number of shops.

    Guard: `READ_OFFICE`. Raises `NotFound`.
    """
    network = in_network(network, actor, NetworkVerb.READ_OFFICE)
    return _sorted(_check(list(_members(network, now)), network, now))


def faults_of(network: Network, shop: Shop, *, actor: Actor, now: datetime) -> Checked | None:
    """Return what is wrong with one member; None where nothing is, or it is no member.

    Guard: `READ_OFFICE`. Raises `NotFound`.
    """
    network = in_network(network, actor, NetworkVerb.READ_OFFICE)
    found = _sorted(_check(list(_members(network, now).filter(pk=shop.pk)), network, now))
    return found[0] if found else None


def counts(checked: Collection[Checked]) -> list[tuple[Fault, int]]:
    """Return how many shops have each fault that any has, the gravest first."""
    found = Counter(fault for each in checked for fault in each.faults)
    return [(fault, found[fault]) for fault in Fault if found[fault]]


def _members(network: Network, now: datetime) -> QuerySet[Shop]:
    reported = Report.objects.filter(feed__shop=OuterRef("pk"), status=ReportStatus.APPLIED)
    people = Staff.objects.filter(shop=OuterRef("pk"), user__is_active=True)
    over = Invitation.objects.filter(shop=OuterRef("pk"), ends_at__lt=now)
    return (
        Shop.objects.of_network()
        .filter(memberships__network=network)
        .annotate(
            has_services=Exists(Service.objects.filter(shop=OuterRef("pk"))),
            has_photo=Exists(ShopPhoto.objects.filter(shop=OuterRef("pk"))),
            has_people=Exists(people),
            not_come=Exists(over),
            has_reported=Exists(reported),
        )
    )


def _check(shops: Sequence[Shop], network: Network, now: datetime) -> list[Checked]:
    keys = [shop.pk for shop in shops]
    asked = {"shops": keys, "since": now - REMEMBERED, "before": now - WAITED}
    unanswered = dict(fetch(_UNANSWERED, asked))
    bounced = {key for (key,) in fetch(_BOUNCED, asked | {"month": now - timedelta(days=30)})}
    unlawful = posts_without_terms(keys)
    silent = {each.feed.shop_id for each in silences()}
    records = TrackRecord.objects.in_bulk(keys)
    told = _asked(network, keys, now)
    found = []
    for shop in shops:
        record = records.get(shop.pk)
        missing = record.missing if record and _are_many(record) else 0
        has = {
            Fault.CLOSED: shop.registry_state == RegistryState.CLOSED,
            Fault.UNANSWERED: bool(unanswered.get(shop.pk)),
            Fault.UNUSED: not shop.has_people,  # type: ignore[attr-defined]
            Fault.NOT_COME: shop.not_come,  # type: ignore[attr-defined]
            Fault.BOUNCED: shop.pk in bounced,
            Fault.NO_TERMS: shop.pk in unlawful,
            Fault.SILENT: shop.pk in silent,
            Fault.NOT_FOUND: bool(missing),
            Fault.NO_HOURS: not shop.opening_hours,
            Fault.NO_TILL: not shop.has_reported,  # type: ignore[attr-defined]
            Fault.DOUBTFUL_HOURS: _is_doubtful(shop),
            Fault.NO_PLACE: shop.placed_in_town,
            Fault.NO_PHOTO: not shop.has_photo,  # type: ignore[attr-defined]
            Fault.NO_SERVICES: not shop.has_services,  # type: ignore[attr-defined]
        }
        faults = [fault for fault in Fault if has[fault]]
        each = Checked(shop, faults, told.get(shop.pk, {}), unanswered.get(shop.pk, 0), missing)
        found.append(each)
    return found


def _sorted(checked: Sequence[Checked]) -> list[Checked]:
    wrong = [each for each in checked if each.faults]
    return sorted(wrong, key=lambda each: (each.gravest, -len(each.faults), each.shop.name))


def _are_many(record: TrackRecord) -> bool:
    return record.missing >= FEWEST_MISSING and record.missing >= SHARE_MISSING * record.promised


def _is_doubtful(shop: Shop) -> bool:
    """Return whether written hours cannot be read, or hold what is easily overlooked."""
    if not shop.opening_hours:
        return False
    timetable = timetable_of(shop.opening_hours)
    return timetable is None or bool(remarks(timetable))


def _asked(
    network: Network, shops: Sequence[int], now: datetime
) -> dict[int, dict[Fault, datetime]]:
    """Return when each shop was last asked for what, by this network."""
    entries = AuditEntry.objects.filter(
        network_id=network.pk, deed=ASKED, shop_id__in=shops, at__gt=now - timedelta(days=366)
    )
    found: dict[int, dict[Fault, datetime]] = {}
    for shop_id, at, facts in entries.order_by("at").values_list("shop_id", "at", "facts"):
        for word in facts.get("faults", ()):
            if shop_id is not None and word in Fault:
                found.setdefault(shop_id, {})[Fault(word)] = at
    return found

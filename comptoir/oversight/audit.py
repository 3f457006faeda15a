"""The audit as it is read: one list of who did what, over all histories, the newest first.

Three people read it: a coordinator that of the network and its members, a shop's owner that of the
shop, who runs the installation all of it. It tells nothing of a reader but that they acted.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import AuditEntry, User
from comptoir.accounts.names import with_names
from comptoir.core.db import fetch
from comptoir.core.errors import NotFound
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.orders.models import Order
from comptoir.oversight.deeds import DeedKind, deeds_of, said
from comptoir.oversight.sources import COLUMNS, statement
from comptoir.oversight.words import facts_in_words
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

PAGE = 50
BLOCK = 1_000
LONGEST_TEXT = 80
SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Where one page of the audit ends: the moment, source and key of its last line."""

    at: datetime
    source: str
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks of the audit: days (both included; `SHOWN_DAYS` without any), the shop by
    the word of its addresses, a person's name or address, a kind of deed, a text."""

    first: date | None = None
    last: date | None = None
    shop: str = ""
    person: str = ""
    kind: DeedKind | None = None
    text: str = ""
    before: Place | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are asked for."""
        last = self.last or timezone.localdate()
        return self.first or last - timedelta(days=SHOWN_DAYS), last


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit, in words. `entry` is not a row where another history tells of it."""

    entry: AuditEntry
    place: Place
    who: str
    deed: str
    about: str
    shop: Shop | None


@dataclass(frozen=True, slots=True)
class View:
    """Whose audit somebody may read: that is decided once, before anything is read."""

    scope: str
    shops: Sequence[int] = ()
    network_id: int | None = None

    def page(self, question: Question, most: int = PAGE) -> tuple[list[Line], Place | None]:
        """Return one page, and where the next begins (None: this is the last). At most 7 queries,
        whatever the number of lines."""
        asked = self._asked(question)
        if asked is None:
            return [], None
        rows = fetch(statement(self.scope, asked), {**asked, "most": most + 1})
        lines = _lines(rows[:most])
        return lines, lines[-1].place if len(rows) > most else None

    def each(self, question: Question) -> Iterator[Line]:
        """Yield every line that is asked for, read a block at a time."""
        more: Place | None = question.before
        while True:
            lines, more = self.page(replace(question, before=more), BLOCK)
            yield from lines
            if more is None:
                return

    def _asked(self, question: Question) -> dict[str, Any] | None:
        """Return the values of the statement; None where nothing can be found."""
        shops = list(self.shops)
        if question.shop:
            found = Shop.objects.filter(slug=question.shop).values_list("pk", flat=True).first()
            if found is None or (self.scope != "all" and found not in shops):
                return None
            shops = [found]
        people = _people(question.person) if question.person else []
        if question.person and not people:
            return None
        first, last = question.days
        zone = timezone.get_current_timezone()
        # An order's code is kept as it is scanned, and shown in two halves.
        digits = "".join(question.text.split())
        escaped = digits if len(digits) == 8 and digits.isdecimal() else question.text
        for sign in ("\\", "%", "_"):
            escaped = escaped.replace(sign, "\\" + sign)
        asked: dict[str, Any] = {
            "first": datetime.combine(first, time.min, zone),
            "end": datetime.combine(last, time.min, zone) + timedelta(days=1),
            "shops": shops,
            "one_shop": bool(question.shop),
            "network": self.network_id,
            "people": people,
            "text": f"%{escaped}%" if question.text else "",
            "looked": question.kind is DeedKind.LOOKED,
        }
        if question.kind and question.kind is not DeedKind.LOOKED:
            asked["deeds"] = deeds_of(question.kind)
        if question.before:
            before = question.before
            asked |= {"at": before.at, "source": before.source, "id": before.id}
        return asked


def audit_of_network(network: Network, *, actor: Actor) -> View:
    """Return the audit of a network and of its members. Guard: `READ_AUDIT`. Raises `NotFound`,
    `Forbidden`."""
    network = in_network(network, actor, NetworkVerb.READ_AUDIT)
    shops = Shop.objects.filter(memberships__network=network).values_list("pk", flat=True)
    return View("network", tuple(shops), network.pk)


def audit_of_shop(shop: Shop, *, actor: Actor) -> View:
    """Return the audit of one shop, what coordinators did to it included. Guard: `READ_AUDIT`.
    Raises `NotFound`, `Forbidden`."""
    return View("shop", (in_scope(shop, actor, Verb.READ_AUDIT).pk,))


def audit_of_installation(*, actor: Actor) -> View:
    """Return the audit of everything. Guard: who runs the installation. Raises `NotFound`."""
    runs = User.objects.filter(pk=actor.id or 0, is_superuser=True, is_active=True)
    person = actor.kind is ActorKind.USER and runs.exists()
    if not person and actor.kind is not ActorKind.SYSTEM:
        raise NotFound("no_such_audit", _("There is no such page."))
    return View("all")


def _people(text: str) -> list[int]:
    """Return the people of a name, or part of one, or of a whole address."""
    found = User.objects.filter(Q(name__icontains=text) | Q(email__iexact=text))
    return list(found.values_list("pk", flat=True)[:200])


def _facts(kept: Any) -> dict[str, Any]:  # noqa: ANN401  as the driver hands JSON over
    return json.loads(kept) if isinstance(kept, str) else kept


def _lines(rows: Sequence[Sequence[Any]]) -> list[Line]:
    """Return rows of the statement in words; names by one query for each kind of thing."""
    read = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    places = [Place(each["at"], each.pop("source"), each["id"]) for each in read]
    abouts = [each.pop("about") for each in read]
    entries = [AuditEntry(**{**each, "facts": _facts(each["facts"])}) for each in read]
    shops = Shop.objects.in_bulk({each.shop_id for each in entries if each.shop_id})
    label = settings.AUTH_USER_MODEL.lower()
    people = {each.subject_id for each in entries if each.subject == label and each.subject_id}
    named = User.objects.in_bulk(people)
    # Of deeds about money: the order's key is among the facts, who reads knows its code.
    asked = {each.facts["order"] for each in entries if each.facts.get("order")}
    orders = Order.objects.filter(pk__in=asked).values_list("pk", "code") if asked else ()
    codes, here = dict(orders), timezone.get_current_timezone_name()
    lines = []
    for (entry, who), place, about in zip(with_names(entries), places, abouts, strict=True):
        person = named.get(entry.subject_id or 0) if entry.subject == label else None
        shop = shops.get(entry.shop_id or 0)
        zone = ZoneInfo(shop.time_zone if shop else here)
        told = [str(person)] if person else []
        of_facts = place.source in ("audit", "page")
        told += facts_in_words(entry.facts, zone, codes) if of_facts else [about]
        words = "; ".join(filter(None, told))
        lines.append(Line(entry, place, who, said(entry.deed), words, shop))
    return lines

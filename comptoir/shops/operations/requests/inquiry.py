"""A request to join is made: what was typed is checked, and a mail asks its sender to confirm."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Faults, Invalid, fill, invalid
from comptoir.core.identifiers import parse_siret
from comptoir.core.limits import Limit, count, network_of
from comptoir.core.text import one_line, plain_lines
from comptoir.networks.models import Network
from comptoir.notifications.operations import Draft, queue
from comptoir.shops import hours
from comptoir.shops.contacts import parse_email, parse_phone_at, parse_shop_phone
from comptoir.shops.models import JoinRequest, Shop
from comptoir.shops.places import find_place
from comptoir.shops.table import COLUMNS

CONFIRM = "join_confirm"
UNCONFIRMED_DAYS = 3
"""So long a request waits for its sender's own word; then it is erased."""
LONGEST_MESSAGE, LONGEST_NAME = 2_000, 120
HOUR, DAY = 3600, 86_400
_SLOWER = _("Many requests came from where you are. Wait a little, or call the network.")
_FULL = _("This address has asked several times today. Read the mails that it got, or wait a day.")
PER_CLIENT = Limit("join_requests", 5, HOUR, _SLOWER)
PER_RANGE = Limit("join_requests_of_range", 30, HOUR, _SLOWER)
PER_MAILBOX = Limit("join_requests_of_mailbox", 3, DAY, _FULL)
_OF_SHOP = ("name", "kind", "street", "postcode", "city")
_MISSING = _("This must not be empty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody gives who asks to join, as they typed it. Of a listed shop nothing is given but
    its SIRET, perhaps. `address` is the network address from which it comes: it is counted by, and
    not kept."""

    name: str = ""
    kind: str = ""
    siret: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    website: str = ""
    opening_hours: str = ""
    asker: str = ""
    email: str = ""
    asker_phone: str = ""
    message: str = ""
    language: str = "fr"
    address: str = ""


@transaction.atomic
def ask_to_join(
    *, application: Application, network: Network | None, shop: Shop | None = None
) -> JoinRequest:
    """Keep a request to join a network (None: the installation alone), and mail its sender a link
    that confirms it; nobody else hears of it before. With `shop` its listing is claimed.

    Guard: anybody, within the limits; nobody works in the `shop` yet. Locks nothing. Writes: the
    counts, the request, a mail. Raises `Conflict` (`has_team`), `Faults` (every fault at once, its
    field in `data`), `TooMany`.
    """
    if shop is not None:
        check_free(shop)
    entry, asker = _checked(application, shop)
    origin = network_of(application.address)
    count(PER_CLIENT, origin.address)
    count(PER_RANGE, origin.range)
    count(PER_MAILBOX, asker["asker_email"])
    now = timezone.now()
    made = JoinRequest.objects.create(
        network=network,
        shop=shop,
        entry=entry,
        nonce=secrets.token_hex(16),
        language=application.language[:2],
        asked_at=now,
        ends_at=now + timedelta(days=UNCONFIRMED_DAYS),
        **asker,
    )
    send(made, CONFIRM, made.asker_email, secret=True)
    return made


def check_application(application: Application, shop: Shop | None) -> None:
    """Refuse what somebody typed, as `ask_to_join` would. Raises `Faults`."""
    _checked(application, shop)


def check_free(shop: Shop) -> None:
    """Refuse to have a shop claimed in which somebody works. Raises `Conflict` (`has_team`)."""
    if shop.ended_at is not None or shop.staff.exists():
        told = _("Somebody answers for %(shop)s here already: ask them to invite you to its team.")
        raise Conflict("has_team", fill(told, shop=shop.name))


def send(
    request: JoinRequest, template: str, *to: str, language: str = "", secret: bool = False
) -> None:
    """Queue a mail about a request to each of these addresses, in the language of who asked unless
    another is given. A step of a verb that has looked."""
    named, words = {"request": request.pk}, language or request.language
    queue([Draft(each, words, template, named, about(request), secret) for each in to])


def about(request: JoinRequest) -> str:
    """Return the word under which the mails of a request are kept."""
    return f"join:{request.pk}"


def _checked(given: Application, shop: Shop | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what is kept of the shop and of who asks. Raises `Faults`."""
    faults: list[Invalid] = []
    entry = _claim(given, shop, faults) if shop else _entry(given, faults)
    where = shop.postcode if shop else str(entry.get("postcode", ""))
    asker = {"asker_name": one_line(given.asker), "message": plain_lines(given.message).strip()}
    if not 0 < len(asker["asker_name"]) <= LONGEST_NAME:
        faults.append(invalid("asker", _("Say your name.")))
    _take(asker, "asker_email", given.email, parse_email, faults, field="email")
    if given.asker_phone.strip():
        read = lambda text: parse_phone_at(text, where)  # noqa: E731 - bound to where the shop is
        _take(asker, "asker_phone", given.asker_phone, read, faults)
    if len(asker["message"]) > LONGEST_MESSAGE:
        faults.append(invalid("message", _("This is too long: write at most 2,000 characters.")))
    if faults:
        raise Faults(faults)
    return entry, asker


def _entry(given: Application, faults: list[Invalid]) -> dict[str, Any]:
    """Return what is kept of a shop that the directory may not have."""
    entry: dict[str, Any] = {}
    for name in _OF_SHOP:
        _take(entry, name, getattr(given, name), COLUMNS[name], faults)
    _take(entry, "siret", given.siret, parse_siret, faults)
    optional: Mapping[str, Callable[[str], str]] = {
        "phone": lambda text: parse_shop_phone(text, entry.get("postcode", "")),
        "website": COLUMNS["website"],
        "opening_hours": hours.validate,
    }
    for name, read in optional.items():
        if getattr(given, name).strip():
            _take(entry, name, getattr(given, name), read, faults)
    where = f"{entry.get('postcode', '')} {entry.get('city', '')}"
    if {"postcode", "city"} <= entry.keys() and find_place(where) is None:
        told = _("No town is known as %(place)s: check it.")
        faults.append(Invalid("unknown_town", fill(told, place=where), field="city"))
    return entry


def _claim(given: Application, shop: Shop, faults: list[Invalid]) -> dict[str, Any]:
    """Return what is kept of a listing that is claimed: a SIRET, which must be the listed one."""
    entry: dict[str, Any] = {}
    if given.siret.strip() or not shop.siret:
        _take(entry, "siret", given.siret, parse_siret, faults)
    if shop.siret and entry.get("siret", shop.siret) != shop.siret:
        told = _("The directory has another SIRET for this shop: check yours, or leave it empty.")
        faults.append(Invalid("other_siret", told, field="siret"))
    return entry


def _take(
    into: dict[str, Any],
    name: str,
    text: str,
    read: Callable[[str], Any],
    faults: list[Invalid],
    *,
    field: str = "",
) -> None:
    """Put a value into `into` as it is kept, or what is wrong with it into `faults`."""
    try:
        if not text.strip():
            raise Invalid("missing", _MISSING)
        into[name] = read(text.strip())
    except Invalid as error:
        error.data["field"] = field or name
        faults.append(error)

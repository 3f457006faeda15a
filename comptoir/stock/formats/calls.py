"""What the calls of tills (webhooks) have in common: their signatures, JSON, numbers, moments."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import find_number
from comptoir.core.text import read_moment
from comptoir.stock.formats.lines import (
    LARGEST_QUANTITY,
    SHOWN_CHARACTERS,
    ArticleLine,
    Line,
    RefusedLine,
    check_line,
)

LARGEST_CALL = 1024 * 1024
LONGEST_REFERENCE = 60
LONGEST_KEY = 100
REPLAY_WINDOW = timedelta(days=2)
"""How long after its moment a signed call is still taken: providers try again for a day or so."""


def digest(secret: str, *parts: bytes) -> bytes:
    """Return the HMAC-SHA256 of the parts, one after the other, by a secret in UTF-8."""
    return hmac.new(secret.encode(), b"".join(parts), sha256).digest()


def same(given: str, computed: str) -> bool:
    """Return whether two signatures are the same, in a time that does not depend on them."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), computed.encode())


def read_json(stream: BinaryIO) -> dict[str, Any]:
    """Return the JSON object that a body is; its decimals are `Decimal`.

    Raises `Invalid` (`bad_call`) for anything else, or more than 1 MB.
    """
    body = stream.read(LARGEST_CALL + 1)
    if len(body) > LARGEST_CALL:
        raise bad_call()
    return parse_object(body)


def parse_object(text: bytes | str) -> dict[str, Any]:
    """Return the JSON object that a text is. Raises `Invalid` (`bad_call`)."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, InvalidOperation):
        raise bad_call() from None
    if not isinstance(found, dict):
        raise bad_call()
    return found


def bad_call() -> Invalid:
    """Return the error for a call that is not what its provider documents."""
    return Invalid("bad_call", _("This call is not what this provider's documentation says."))


def moment(value: object) -> datetime | None:
    """Return a moment in ISO 8601 (UTC unless it has an offset); None stays None.

    Raises `Invalid` (`bad_call`) for a text that is no moment.
    """
    if value is None:
        return None
    found = read_moment(text_of(value), UTC)
    if found is None:
        raise bad_call()
    return found


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, none for what is no list. Raises `Invalid` (`bad_call`)."""
    found = value if isinstance(value, list) else []
    if not all(isinstance(item, dict) for item in found):
        raise bad_call()
    return found


def object_of(value: object) -> dict[str, Any]:
    """Return an object, an empty one for anything that is none."""
    return value if isinstance(value, dict) else {}


def of_location(
    counts: list[dict[str, Any]], name: str, location: str
) -> tuple[str, list[dict[str, Any]]]:
    """Return the location of the shop, and the counts that were made there.

    While it is not known, it is that of the counts if they all name the same one. Raises `Invalid`
    (`which_location`) if they do not: the shop must name its own.
    """
    named = sorted({word_of(count.get(name)) for count in counts})
    if not location and len(named) > 1:
        message = fill(
            _("The till has several locations: say which one this shop is (%(locations)s)."),
            locations=", ".join(named)[:200],
        )
        raise Invalid("which_location", message, locations=named[:10])
    here = location or next(iter(named), "")
    return here, [count for count in counts if word_of(count.get(name)) == here]


def key_of(*parts: object) -> str:
    """Return the key of an event, short enough to be kept; empty when the event has none."""
    whole = ".".join(text_of(part) for part in parts)
    if not whole.strip("."):
        return ""
    if len(whole) <= LONGEST_KEY and whole.isprintable():
        return whole
    return sha256(whole.encode("utf-8", "replace")).hexdigest()


def word_of(value: object) -> str:
    """Return a reference, empty for anything that cannot be kept as one."""
    found = text_of(value)
    return found if len(found) <= LONGEST_REFERENCE and found.isprintable() else ""


def text_of(value: object) -> str:
    """Return a text, empty for anything that is none."""
    return value if isinstance(value, str) else ""


def count_line(*, line: int, item: str, count: object, ean: str = "", name: str = "") -> Line:
    """Return the line of an article counted: by its EAN where the call names one.

    A count comes as a number or a decimal text. A till that has sold more than it knew counts less
    than none: that is none. Half a copy is refused, for something else is counted.
    """
    name = "".join(letter for letter in name if letter.isprintable())
    shown = f"{item} {name}".strip()[:SHOWN_CHARACTERS]
    try:
        exact = Decimal(count) if isinstance(count, str | int | Decimal) else Decimal("NaN")
        quantity = int(exact) if exact == exact.to_integral_value() else None
    except (InvalidOperation, ValueError, OverflowError):
        quantity = None
    if quantity is None or isinstance(count, bool) or quantity > LARGEST_QUANTITY:
        text = _("The quantity must be a whole number.")
        return RefusedLine(line, "bad_quantity", text, shown)
    if not word_of(item):
        text = _("The call does not say which article it counts.")
        return RefusedLine(line, "no_item", text, shown)
    quantity = max(0, quantity)
    code = find_number(ean) if len(ean) < LONGEST_REFERENCE else None
    if code:
        return check_line(line=line, ean=ean, quantity=quantity, name=name)
    return ArticleLine(line, item, quantity, name=name[:SHOWN_CHARACTERS])


def _refuse(_constant: str) -> None:
    raise ValueError("JSON knows no NaN")

"""Reading the words, numbers and dates that suppliers write."""

import html
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadRecord
from comptoir.core.money import LARGEST_CENTS, parse_amount, round_cents

PARIS = ZoneInfo(settings.TIME_ZONE)
LONGEST_DESCRIPTION = 10_000

# Files declared Latin-1 often hold the quotes, dashes and œ of Windows-1252, whose bytes Latin-1
# reads as control characters.
_CONTROLS: dict[int, str | None] = dict.fromkeys([*range(32), 0x7F])
_CONTROLS |= dict.fromkeys((9, 10, 13), " ")
_CONTROLS |= {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]{0,1000})?>")
_BREAK = re.compile(r"<\s*(?:/\s*p|br\s*/?|/\s*li|/\s*div)\s*>", re.IGNORECASE)
# What a text that was escaped once too often still holds after its first reading.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_MARKUP = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|ul|ol|li|div|span|a|h[1-6]|sup|sub)(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_INSTANT = re.compile(r"(\d{8})(?:T(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$")


def clean(text: str | None, longest: int = 500) -> str:
    """Return the text on one line, without control characters, cut to a column's length.

    An entity (`&amp;`) is one that was escaped once too often: no title holds it as such.
    """
    if not text:
        return ""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return text


def plain(text: str) -> str:
    """Return the paragraphs of a text that may be HTML, without its tags, a blank line between.

    HTML that was escaped once too often is read once more: only where what is left of it is plainly
    markup, for `1 &lt; 2` is a text.
    """
    if "<" in text or "&" in text:
        text = _without_markup(text)
        if _MARKUP.search(text):
            text = _without_markup(text)
    lines = [clean(line, LONGEST_DESCRIPTION) for line in text.split("\n")]
    joined = "\n\n".join(line for line in lines if line)
    if len(joined) > LONGEST_DESCRIPTION:
        joined = joined[: LONGEST_DESCRIPTION - 1].rstrip() + "…"
    return joined


def _without_markup(text: str) -> str:
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))


@lru_cache(maxsize=4096)
def whole(text: str | None, largest: int = 1_000_000) -> int | None:
    """Return a positive whole number, or None when the text is not one (`312.0` is)."""
    digits = (text or "").strip().partition(".")[0].partition(",")[0]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return None
    number = int(digits)
    return number if 0 < number <= largest else None


# A supplier has many titles, and few prices.
@lru_cache(maxsize=4096)
def cents(text: str, factor: Decimal = Decimal(1)) -> int:
    """Return the cents of an amount, rounded half up after the factor.

    Raises `BadRecord` (`bad_price`) for what is not an amount, is negative or above a million.
    """
    amount = parse_amount(text)
    if amount is None or amount * 100 > LARGEST_CENTS:
        raise BadRecord(
            "bad_price", _("“%(text)s” is not a price.") % {"text": text[:40]}, text=text[:40]
        )
    return round_cents(amount * factor)


@lru_cache(maxsize=256)
def hundredths(text: str | None) -> int | None:
    """Return a percentage in hundredths (`5.50` → 550), or None when it is not one."""
    rate = parse_amount(text or "")
    return int(rate * 100) if rate is not None and rate <= 100 else None


@lru_cache(maxsize=4096)
def partial_date(digits: str) -> str:
    """Return `YYYY`, `YYYY-MM` or `YYYY-MM-DD` of the digits `YYYY[MM[DD]]`, "" of anything else.

    A month or a day that does not exist (Discogs writes `00` for unknown) is left out.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 6, 8):
        return ""
    year, month, day = digits[:4], digits[4:6], digits[6:8]
    if year == "0000":
        return ""
    if not month or not 1 <= int(month) <= 12:
        return year
    try:
        datetime(int(year), int(month), int(day or "0"), tzinfo=UTC)
    except ValueError:
        return f"{year}-{month}"
    return f"{year}-{month}-{day}"


def day_month_year(text: str) -> str:
    """Return `YYYY-MM-DD` of `dd/mm/yyyy`, or "" when it is no date."""
    day, _slash, rest = text.strip().partition("/")
    month, _slash, year = rest.partition("/")
    found = partial_date(year + month + day)
    return found if len(found) == 10 else ""


def instant(text: str) -> datetime | None:
    """Return the moment of an ONIX date-time (`20240105T1830+0100`, or a day alone), UTC.

    A day alone is its first moment; a time without zone is that of the installation.
    """
    match = _INSTANT.match(text.strip())
    if match is None:
        return None
    day, hour, minute, second, zone = match.groups()
    written = f"{day}{hour or '00'}{minute or '00'}{second or '00'}"
    try:
        if zone and zone != "Z":
            moment = datetime.strptime(written + zone, "%Y%m%d%H%M%S%z")
        else:
            moment = datetime.strptime(written, "%Y%m%d%H%M%S").replace(
                tzinfo=UTC if zone else PARIS
            )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

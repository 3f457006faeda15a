"""How a shop is reached: its telephone and web address; and its clock.

Each function returns the text in the form that is stored, or raises `Invalid` with the cure.
"""

from contextlib import suppress
from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import format_phone, parse_phone
from comptoir.shops.geography import department_at


def parse_phone_at(text: str, postcode: str) -> str:
    """Return, in E.164, a telephone number as it is dialled where a French postcode is.

    Raises `Invalid` (`bad_phone`).
    """
    return parse_phone(text, department_at(postcode).phone_region)


def written_phone(number: str, postcode: str) -> str:
    """Return a shop's E.164 number as people read it where that is read back as the same number;
    elsewhere as it is. "" is none."""
    written = format_phone(number)
    with suppress(Invalid):
        return written if parse_phone_at(written, postcode) == number else number
    return number


def parse_website(text: str) -> str:
    """Return a web address, `https://` put before one that names no scheme.

    Any scheme but http and https is refused (`bad_website`): a page makes a link of it.
    """
    address = text.strip()
    if "://" not in address and not address.lower().startswith(("javascript:", "data:")):
        address = f"https://{address}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise Invalid(
            "bad_website",
            _("“%(text)s” is not a web address: write it as https://www.example.org.")
            % {"text": text[:80]},
            text=text[:80],
        ) from error
    return address


def parse_time_zone(text: str) -> str:
    """Return a time zone of the IANA database. Raises `Invalid` (`bad_time_zone`)."""
    if text not in _time_zones():
        raise Invalid(
            "bad_time_zone",
            _("“%(text)s” is not a time zone: write it as Europe/Paris or Indian/Reunion.")
            % {"text": text[:40]},
            text=text[:40],
        )
    return text


@cache
def _time_zones() -> frozenset[str]:
    """Return the names of the time zones, which are found by walking a folder."""
    return frozenset(available_timezones())


def time_zone_of(postcode: str) -> str:
    """Return the time zone where a French postcode is."""
    return department_at(postcode).time_zone

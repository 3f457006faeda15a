"""How a shop is reached: its telephone, e-mail and web addresses; and its clock.

Each function `parse_…` returns the text in the form that is stored, or raises `Invalid` with the
cure. What may be written to is one rule for shops and readers (`receives_mail`).
"""

from contextlib import suppress
from functools import cache, lru_cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.gate import is_private_name
from comptoir.core.identifiers import format_phone, is_premium, parse_phone
from comptoir.shops.geography import department_at

MAILBOX_LENGTH = 254
"""Of a whole address; the part before the @ has at most 64 (RFC 5321, 4.5.3.1)."""
_LOCAL_LENGTH = 64
_shape = EmailValidator(allowlist=[])


def parse_phone_at(text: str, postcode: str) -> str:
    """Return, in E.164, a telephone number as it is dialled where a French postcode is.

    Raises `Invalid` (`bad_phone`).
    """
    return parse_phone(text, department_at(postcode).phone_region)


def parse_shop_phone(text: str, postcode: str) -> str:
    """Return, in E.164, a number by which readers may call a shop at a French postcode.

    Raises `Invalid` (`bad_phone`); also for a premium-rate number (089…): pages show it to be
    called.
    """
    number = parse_phone_at(text, postcode)
    if is_premium(number):
        raise Invalid(
            "bad_phone",
            _("A call to “%(text)s” is charged at a premium rate: give the shop's ordinary number.")
            % {"text": text[:40]},
            text=text[:40],
        )
    return number


def written_phone(number: str, postcode: str) -> str:
    """Return a shop's E.164 number as people read it where that is read back as the same number;
    elsewhere as it is. "" is none."""
    written = format_phone(number)
    with suppress(Invalid):
        return written if parse_phone_at(written, postcode) == number else number
    return number


def parse_email(text: str) -> str:
    """Return an e-mail address in lower case, without the `mailto:` of a link.

    Raises `Invalid` (`bad_email`).
    """
    address = text.strip().lower().removeprefix("mailto:")
    if not receives_mail(address):
        raise Invalid(
            "bad_email",
            _("“%(text)s” is not an e-mail address that mail reaches.") % {"text": text[:80]},
            text=text[:80],
        )
    return address


def receives_mail(address: str) -> bool:
    """Return whether an address in lower case is one that mail may reach on the public network.

    The name of one machine (`j@localhost`), a network address (`j@[127.0.0.1]`) and a name of a
    private network (`j@till.lan`) are none: who writes there reaches the server's own neighbours.
    Nor is a quoted part before the @, which hides spaces and signs, and which nobody has. Domains
    are remembered by the process, addresses are not.
    """
    local, _at, domain = address.rpartition("@")
    if len(address) > MAILBOX_LENGTH or not 0 < len(local) <= _LOCAL_LENGTH:
        return False
    if '"' in local or domain.startswith("["):
        return False
    try:
        _shape(address)
        name = mail_domain(domain)
        _shape(f"{local}@{name}")
    except (ValidationError, UnicodeError):
        return False
    return not (is_private_name(name) or name.rpartition(".")[2].isdigit())


@lru_cache(maxsize=1024)
def mail_domain(domain: str) -> str:
    """Return the one name of the domain of an address: lower case, in ASCII (RFC 3490).

    Raises `UnicodeError` for what is no domain.
    """
    return domain.encode("idna").decode("ascii").lower()


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

"""The address of a parcel as a request gives it, and the check of its form."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from comptoir.core.errors import Invalid, invalid
from comptoir.core.text import one_line
from comptoir.orders.names import parse_name
from comptoir.quotes.places import place_of

LENGTHS = {"street": 120, "extra": 120, "postcode": 12, "city": 80}


@dataclass(frozen=True, slots=True)
class Address:
    """To whom and where: `country` by its two letters (ISO 3166-1), `extra` what goes before the
    street (a floor, a company). Without a name the customer's stands."""

    street: str
    city: str
    postcode: str = ""
    country: str = "FR"
    extra: str = ""
    name: str = ""


def checked_address(address: Address, name: str, faults: list[Invalid]) -> Address:
    """Return an address, each part on one line; what is wrong is added to `faults` (`bad_street`,
    `bad_city`, `bad_postcode`, `bad_country`, `bad_name` …)."""
    parts = {part: one_line(getattr(address, part)) for part in LENGTHS}
    if not parts["street"]:
        faults.append(invalid("street", _("Write the number and the street.")))
    if not parts["city"]:
        faults.append(invalid("city", _("Write the town.")))
    for part, text in parts.items():
        if len(text) > LENGTHS[part]:
            told = _("This line is too long: write at most %(most)d characters.")
            faults.append(invalid(part, told % {"most": LENGTHS[part]}))
    country = address.country.strip().upper()
    try:
        place_of(country, parts["postcode"])
    except Invalid as fault:
        faults.append(fault)
    receiver = address.name.strip()
    if receiver:
        try:
            receiver = parse_name(receiver)
        except Invalid as fault:
            faults.append(fault)
    return replace(address, **parts, country=country, name=receiver or name)

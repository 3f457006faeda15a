"""Telephone numbers, kept in E.164 and written as France writes them."""

import phonenumbers
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

# Numbers of the overseas departments (0590…) are not valid in region FR.
REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT")


def parse_phone(text: str, home: str = "FR") -> str:
    """Return a telephone number in E.164, read as a French one unless it starts with `+`.

    `home` is the region tried first, for a place known to be overseas: 0596 12 34 56 is a number of
    Martinique there, and one of the mainland elsewhere. Raises `Invalid` (`bad_phone`).
    """
    for region in (home, *REGIONS):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise Invalid(
        "bad_phone",
        _("“%(text)s” is not a telephone number: write it as 06 12 34 56 78.")
        % {"text": text[:40]},
        text=text[:40],
    )


def format_phone(number: str) -> str:
    """Return an E.164 number as people read it: `06 12 34 56 78`, `+32 2 123 45 67` from abroad."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number, None)
    home = phonenumbers.region_code_for_number(parsed) in REGIONS
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)

"""Numbers that are valid and cannot belong to anybody.

Books take ISBN whose registrant (978-2-69x) the French-language agency has not given out; records
take GTIN of the prefix that GS1 keeps for demonstrations and examples (952); SIRET begin with
zeros, which INSEE does not give out; telephones are of the range ARCEP reserves for works of
fiction (05 36 49 in the south-west).
"""

from stdnum import ean as stdnum_ean
from stdnum import luhn

_BOOK, _RECORD = "97826", "952"


def ean_of(number: int, record: bool) -> str:
    """Return the EAN of the demonstration product of this number (up to ten million)."""
    book = (9_000_000 + number) % 10_000_000
    body = f"{_RECORD}{number:09d}" if record else f"{_BOOK}{book:07d}"
    return body + check_digit(body)


def number_of(ean: str) -> int:
    """Return the number of the demonstration product that has this EAN."""
    if ean.startswith(_RECORD):
        return int(ean[3:12])
    return (int(ean[5:12]) - 9_000_000) % 10_000_000


def check_digit(body: str) -> str:
    """Return the check digit of the twelve first digits of an EAN-13 (GS1 modulo 10)."""
    return str(stdnum_ean.calc_check_digit(body))


def siret(number: int) -> str:
    """Return the SIRET of the demonstration shop of this number; both its sums are right."""
    siren = f"000{number:05d}"
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")


def phone(number: int) -> str:
    """Return a telephone number of fiction in the south-west, in E.164."""
    return f"+3353649{number % 10_000:04d}"

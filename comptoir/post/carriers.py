"""Carriers: what their parcels' numbers look like, and where a parcel is looked up.

No carrier is asked anything. A number that looks wrong is remarked on and kept: carriers change
their numbers without telling. Sources: for letters and parcels of La Poste its own questions and
answers (thirteen signs, one of them a letter:
http://www.colissimo.fr/particuliers/Track_a_parcel/FAQ_tracking.jsp), and S10 of the UPU. The
addresses are those that other programs use; no carrier's page was found that promises them, nor the
forms of the numbers of Chronopost and Mondial Relay.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill

LONGEST = 40
_S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_ANY = re.compile(rf"(?=.*[0-9])[A-Z0-9]{{6,{LONGEST}}}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


class Carrier(models.TextChoices):
    """Who carries a parcel."""

    LA_POSTE = "la_poste", _("La Poste, letter")
    COLISSIMO = "colissimo", _("Colissimo")
    CHRONOPOST = "chronopost", _("Chronopost")
    MONDIAL_RELAY = "mondial_relay", _("Mondial Relay")
    OTHER = "other", _("another carrier")


def as_number(text: str) -> str:
    """Return a parcel's number as it is kept: capitals, without what stands between its signs."""
    return re.sub(r"[\s.\-–_/]", "", text).upper()


def may_be_number(number: str) -> bool:
    """Whether this can be a parcel's number at all, of whatever carrier: six letters and digits or
    more, a digit among them. A word is none."""
    return _ANY.fullmatch(number) is not None


def s10_digit(serial: str) -> int:
    """Return the check digit of the eight digits of a parcel's number (UPU, S10-12)."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def _right(number: str) -> bool:
    """Whether a number of the form of S10 has the right check digit."""
    return int(number[10]) == s10_digit(number[2:10])


@dataclass(frozen=True, slots=True)
class _Ways:
    """How a carrier's numbers are written (None: not known), in words too; the address of its page
    for a number and a postcode, where it has published one."""

    form: re.Pattern[str] | None = None
    words: Message = ""
    page: Callable[[str, str], str] | None = None


def _la_poste(number: str, _postcode: str) -> str:
    return "https://www.laposte.fr/outils/suivre-vos-envois?" + urlencode({"code": number})


def _chronopost(number: str, _postcode: str) -> str:
    asked = urlencode({"listeNumerosLT": number})
    return f"https://www.chronopost.fr/tracking-no-cms/suivi-page?{asked}"


def _mondial_relay(number: str, postcode: str) -> str:
    # It wants the postcode of whom the parcel is for, or shows nothing of it.
    asked = {"numeroExpedition": number} | ({"codePostal": postcode} if postcode else {})
    return f"https://www.mondialrelay.fr/suivi-de-colis?{urlencode(asked)}"


_WAYS: Mapping[str, _Ways] = {
    Carrier.LA_POSTE: _Ways(
        re.compile(rf"(?:[0-9][A-Z][0-9]{{11}}|{_S10.pattern})"),
        _("thirteen signs, as 1L00012345678 or RB123456785FR"),
        _la_poste,
    ),
    Carrier.COLISSIMO: _Ways(
        re.compile(rf"(?:[0-9][A-Z][0-9]{{11}}|{_S10.pattern})"),
        _("thirteen signs, as 6A12345678901 or CB123456785FR"),
        _la_poste,
    ),
    Carrier.CHRONOPOST: _Ways(
        re.compile(r"(?:[A-Z]{2}[0-9]{9}[A-Z]{2}|[A-Z0-9]{15})"),
        _("thirteen signs, as XY123456789FR, or fifteen"),
        _chronopost,
    ),
    Carrier.MONDIAL_RELAY: _Ways(
        re.compile(r"[0-9]{8}(?:[0-9]{2}|[0-9]{4})?"),
        _("eight digits, or ten or twelve"),
        _mondial_relay,
    ),
}


def doubt_about(carrier: str, number: str) -> Message:
    """Return what is odd about a parcel's number, in words; empty where nothing is."""
    ways = _WAYS.get(carrier, _Ways())
    if ways.form is not None and not ways.form.fullmatch(number):
        told = _("“%(number)s” does not look like a number of %(carrier)s: those have %(form)s.")
        return fill(told, number=number, carrier=Carrier(carrier).label, form=ways.words)
    if carrier != Carrier.CHRONOPOST and _S10.fullmatch(number) and not _right(number):
        told = _("A digit of “%(number)s” is wrong: its check digit does not fit.")
        return fill(told, number=number)
    return ""


def guess(number: str) -> Carrier | None:
    """Return the one carrier whose numbers look like this one; None where several do, or none."""
    if re.fullmatch(r"[0-9][A-Z][0-9]{11}", number):
        return Carrier.LA_POSTE if number[0] in "1234" else Carrier.COLISSIMO
    if _S10.fullmatch(number):
        return Carrier.COLISSIMO if number[0] in "CE" and number.endswith("FR") else None
    return Carrier.MONDIAL_RELAY if re.fullmatch(r"[0-9]{8}", number) else None


def page_of(carrier: str, number: str, postcode: str = "") -> str:
    """Return the address at which a carrier shows a parcel; empty where it has none."""
    page = _WAYS.get(carrier, _Ways()).page
    return page(number, postcode) if page and number else ""

"""Letters to a shop: what somebody writes on its page reaches it as a mail; no address is shown."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Faults, Invalid, invalid
from comptoir.core.limits import Limit, count, network_of
from comptoir.core.text import SPACES, one_line, plain_lines
from comptoir.notifications.operations import Draft, queue
from comptoir.shops.contacts import receives_mail
from comptoir.shops.models import Shop

TEMPLATE = "shop_letter"
LONGEST, LONGEST_NAME, MOST_LINKS = 4_000, 120, 3
HOUR, DAY = 3600, 86_400
_SLOWER = _("Many letters were sent from where you are. Wait a little, or call the shop.")
_FULL = _("This shop has received many letters just now. Call it, or write later.")
PER_CLIENT = Limit("letters", 5, HOUR, _SLOWER)
PER_RANGE = Limit("letters_of_range", 40, HOUR, _SLOWER)
PER_SENDER = Limit("letters_of_sender", 10, DAY, _SLOWER)
PER_SHOP = Limit("letters_to_shop", 30, HOUR, _FULL)
_LINKS = ("://", "www.", "[url", "<a ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What somebody writes to a shop, as they typed it. `address` is the network address from which
    it comes: it is counted by, and not kept."""

    name: str
    email: str
    text: str
    language: str
    address: str = ""


@transaction.atomic
def write_letter(*, shop: Shop, letter: Letter) -> None:
    """Queue a letter as a mail to a shop's own address, and to nobody else: no copy goes to who
    wrote it, whose address nobody has confirmed; the shop answers by its own mail program.

    Guard: anybody, within the limits; the shop is open to the public and has an address. Locks
    nothing. Writes: the counts, the mail (personal data: kept as every mail is,
    `notifications.retention`). Raises `Conflict` (`no_letterbox`), `Faults` (`bad_name`,
    `bad_email`, `bad_text`), `TooMany`.
    """
    if shop.paused_at is not None or not receives_mail(shop.email):
        raise Conflict("no_letterbox", _("This shop takes no letters here: call it."))
    name, email, text = _checked(letter)
    network = network_of(letter.address)
    count(PER_CLIENT, network.address)
    count(PER_RANGE, network.range)
    count(PER_SENDER, email)
    count(PER_SHOP, str(shop.pk))
    said = {"shop": shop.name, "name": name, "email": email, "text": text}
    said["at"] = timezone.now().isoformat()
    queue([Draft(shop.email, letter.language, TEMPLATE, said, about=f"letter:{shop.pk}")])


def _checked(letter: Letter) -> tuple[str, str, str]:
    """Return name, address and text as they are kept. Raises `Faults`, with every fault at once."""
    name, email = one_line(letter.name), letter.email.strip().lower()
    text = "\n".join(map(_shown, plain_lines(letter.text).split("\n"))).strip()
    faults: list[Invalid] = []
    if not 0 < len(name) <= LONGEST_NAME or _links(name):
        faults.append(invalid("name", _("Say your name.")))
    if not email:
        faults.append(invalid("email", _("Write your e-mail address.")))
    elif len(email) > 254 or not receives_mail(email):
        faults.append(invalid("email", _("No mail reaches this e-mail address: check it.")))
    if not text:
        faults.append(invalid("text", _("Write what you would like to say.")))
    elif len(text) > LONGEST:
        faults.append(invalid("text", _("This is too long: write at most 4,000 characters.")))
    elif _links(text) > MOST_LINKS:
        faults.append(invalid("text", _("This holds many links: leave three at most.")))
    if faults:
        raise Faults(faults)
    return name, email, text


def _shown(line: str) -> str:
    """Return a line without what nobody sees."""
    return "".join(sign for sign in line if sign.isprintable() or sign in SPACES)


def _links(text: str) -> int:
    lower = text.lower()
    return sum(lower.count(mark) for mark in _LINKS)

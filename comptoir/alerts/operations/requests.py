"""What `ask` is given: plain values, checked before anything is counted or written; and how often
one may ask."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.alerts.models import Wanted
from comptoir.core.errors import Faults, Invalid, invalid
from comptoir.core.limits import Limit, count, network_of
from comptoir.networks.portal import Portal
from comptoir.orders.contacts import contact_key
from comptoir.orders.operations.attempts import links_to
from comptoir.orders.operations.requests import LANGUAGES
from comptoir.shops.contacts import receives_mail
from comptoir.shops.places import Point, find_place, to_a_kilometre

RADII = (5, 10, 20, 50, 100)
"""How far around the place one may have a title looked for, in kilometres."""
HOUR = 3600
SLOWER = gettext_lazy("Many alerts were asked for from where you are. Wait a little.")
BUSY = gettext_lazy("Very many alerts are being asked for just now. Please try again in an hour.")


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """One alert to set. `near` is what names the place, unless the browser gave a `point`.

    `marked_key` is the key of the address that who asks has confirmed in this browser, "" for none;
    `address` is the network address that asks: it is counted by, and not kept. `portal` is where it
    is asked for: no shops but its own answer.
    """

    product_id: int
    email: str
    near: str = ""
    point: Point | None = None
    radius_km: int | None = None
    wanted: str = Wanted.ANY
    language: str = "fr"
    marked_key: str = ""
    address: str = ""
    portal: Portal | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A request whose form is right: its place found and rounded, and the key of its address."""

    request: AlertRequest
    email: str
    email_key: str
    place: str
    point: Point
    radius_km: int
    wanted: Wanted
    language: str

    @property
    def claims_a_person(self) -> bool:
        """Whether the browser's mark says that the address is of who asks."""
        return self.request.marked_key == self.email_key


def check(request: AlertRequest) -> Checked:
    """Return the request normalised. Reads the gazetteer, and where it has no such postcode shops.

    Raises `Faults`, which holds every fault at once: `bad_near`, `bad_radius`, `bad_wanted`,
    `bad_email`.
    """
    faults: list[Invalid] = []
    place, point = _where(request, faults)
    if request.radius_km not in RADII:
        faults.append(invalid("radius", _("Choose how far you would go.")))
    if request.wanted not in Wanted.values:
        faults.append(invalid("wanted", _("Choose new, second-hand or either.")))
    email = request.email.strip().lower()
    if not email:
        faults.append(invalid("email", _("Write your e-mail address.")))
    elif not receives_mail(email):
        faults.append(invalid("email", _("No mail reaches this e-mail address: check it.")))
    if faults or point is None or request.radius_km is None:
        raise Faults(faults)
    return Checked(
        request=request,
        email=email,
        email_key=contact_key(email),
        place=place,
        point=to_a_kilometre(point),
        radius_km=request.radius_km,
        wanted=Wanted(request.wanted),
        language=request.language if request.language in LANGUAGES else LANGUAGES[0],
    )


def _where(request: AlertRequest, faults: list[Invalid]) -> tuple[str, Point | None]:
    """Return the gazetteer's name of the place, never what was typed, and the place."""
    if request.point is not None:
        return "", request.point
    found = find_place(request.near) if request.near.strip() else None
    if found is None:
        said = (
            _("This place is not known: try the nearest town, or a postcode.")
            if request.near.strip()
            else _("Say near which town, or give a postcode.")
        )
        faults.append(invalid("near", said))
        return "", None
    return found.label, found.point


def count_asking(checked: Checked) -> None:
    """Count one request by where it comes from. Raises `TooMany`.

    Writes: the counts, each by itself: who is refused at one uses up nothing of the next.
    """
    network = network_of(checked.request.address)
    of_address = network.of_address(settings.ALERTS_PER_ADDRESS, settings.ALERTS_PER_RANGE)
    count(Limit("alerts", of_address, HOUR, SLOWER), network.address)
    of_range = network.of_range(settings.ALERTS_PER_RANGE)
    count(Limit("alerts_of_range", of_range, HOUR, SLOWER), network.range)


def count_link(email: str) -> None:
    """Count one link of confirmation to a mailbox, however its address is written, and whatever is
    to be confirmed by it; then one of the whole installation. Raises `TooMany`.

    Writes: the counts.
    """
    count(*links_to(email))
    count(Limit("alert_links", settings.ALERT_LINKS_PER_HOUR, HOUR, BUSY), "all")

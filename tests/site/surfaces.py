"""Wherever a reader, a program or the network learns whether a shop is open: each surface is asked
about one shop at one moment and answers with what it says, in the same terms.

A surface that comes is one line in `SURFACES`: a function of a `Scene` that returns a `Said`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from click.testing import CliRunner
from django.http import HttpResponse
from django.test import Client
from icalendar import Calendar
from lxml import etree

from comptoir.orders.operations import place
from comptoir.shops.commands import shops as command
from comptoir.shops.hours import ASSUMED_CLOSING, state_at
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.factories import make_offer, persons_request_for
from tests.site.schedule_reader import Schedule, graph_of

UNSAID = object()


@dataclass(frozen=True)
class Scene:
    """A shop at a moment (UTC), which is now."""

    client: Client
    shop: Shop
    at: datetime
    pages: dict[tuple[str, str], HttpResponse] = field(default_factory=dict)

    def get(self, path: str, language: str = "fr") -> HttpResponse:
        """Return what an address answers now; several surfaces stand on one page."""
        if (path, language) not in self.pages:
            answer = self.client.get(path, headers={"Accept-Language": language})
            assert answer.status_code == 200, (path, answer.status_code)
            self.pages[path, language] = answer
        return self.pages[path, language]

    def offer(self) -> Offer:
        """Return the shop's one offer."""
        return self.shop.offers.first() or make_offer(shop=self.shop, on_hand=3, as_of=self.at)

    def on_its_clock(self, moment: datetime) -> datetime:
        """Return what the shop's own clock shows at a moment, without a time zone."""
        return moment.astimezone(ZoneInfo(self.shop.time_zone)).replace(tzinfo=None)


@dataclass(frozen=True)
class Said:
    """What a surface says: whether the shop is open (None: that nobody knows); whether it is listed
    among those that are; all the sentences among which the one about it stands. What it does not
    say is `UNSAID`."""

    is_open: Any = UNSAID
    listed: Any = UNSAID
    sentences: frozenset[str] | None = None
    language: str = "fr"


def sentences(page: HttpResponse) -> frozenset[str]:
    """Return the pieces of text of a page, as they stand between two tags or points."""
    root = etree.HTML(page.content.decode())
    return frozenset(plain(piece) for text in root.itertext() for piece in text.split("·"))


def plain(text: str) -> str:
    """Return a text in small letters, each space being one blank."""
    return " ".join(text.split()).lower()


def _page(path: str, language: str = "fr") -> Callable[[Scene], Said]:
    def ask(scene: Scene) -> Said:
        offer = scene.offer()
        shown = scene.get(path.format(slug=scene.shop.slug, ref=offer.product.ref), language)
        return Said(sentences=sentences(shown), language=language)

    return ask


def _door(scene: Scene) -> Said:
    page = scene.get("/boutiques").content.decode()
    return Said(is_open=True if "open--yes" in page else UNSAID)


def _listed(path: str) -> Callable[[Scene], Said]:
    def ask(scene: Scene) -> Said:
        shown = scene.get(path).content.decode()
        return Said(listed=f'href="/boutiques/{scene.shop.slug}"' in shown)

    return ask


def _structured(scene: Scene) -> Said:
    page = scene.get(f"/boutiques/{scene.shop.slug}").content.decode()
    told = Schedule.of(graph_of(page)).is_open(scene.at, scene.shop.time_zone)
    # What is by appointment alone, schema.org has no words for.
    return Said(is_open=UNSAID if told is None else told)


def _program(told: dict[str, Any], language: str = "fr") -> Said:
    said = frozenset([plain(told["opening"])])
    return Said(is_open=told["open_now"], sentences=said, language=language)


def _api_shop(scene: Scene) -> Said:
    return _program(scene.get(f"/api/v1/shops/{scene.shop.slug}").json())


def _api_shops(scene: Scene) -> Said:
    (told,) = scene.get("/api/v1/shops", "en").json()["items"]
    return _program(told, "en")


def _api_who_has(scene: Scene) -> Said:
    address = f"/api/v1/products/{scene.offer().product.ean}/availability"
    (told,) = scene.get(address).json()["offers"]
    return _program(told)


def _on_its_clock(scene: Scene) -> Said:
    """In autumn a clock shows an hour twice: who writes no time zone means the first."""
    shown = scene.on_its_clock(scene.at)
    is_second = scene.at.astimezone(ZoneInfo(scene.shop.time_zone)).fold
    listed = scene.shop.pk in directory().open_at(shown)
    return Said() if is_second else Said(listed=listed)


def _at_instant(scene: Scene) -> Said:
    return Said(listed=scene.shop.pk in directory().open_at(scene.at))


def _command(scene: Scene) -> Said:
    lines = CliRunner().invoke(command, ["list"]).output.splitlines()
    listed = CliRunner().invoke(command, ["list", "--open"]).output
    words = frozenset(plain(each) for each in lines[0].split("\t"))
    # Who runs the installation is told apart which hours nobody gave and which nobody can read.
    unreadable = "horaires à réécrire" in words
    return Said(
        listed=bool(listed), sentences=words | {"horaires inconnus"} if unreadable else words
    )


def _order(scene: Scene) -> Said:
    """The page of a reservation; and its calendar file ends when the shop closes."""
    order = place(persons_request_for(scene.offer()))
    shown = scene.get(f"/reservation/{order.token}")
    (event,) = Calendar.from_ical(
        scene.get(f"/reservation/{order.token}/retrait.ics").content
    ).events
    ends = event.end
    before = state_at(scene.shop, ends - timedelta(minutes=1))
    there = scene.on_its_clock(ends).time()
    # It is when the shop closes; at midnight, where it is open on both sides; where no hours are
    # known that come, when shops are taken to close.
    may_be = (time(),) if before.is_open else (ASSUMED_CLOSING,)
    assert before.until == ends or there in may_be, ends
    return Said(sentences=sentences(shown))


SURFACES: dict[str, Callable[[Scene], Said]] = {
    "the shop's page": _page("/boutiques/{slug}"),
    "the shop's page in English": _page("/boutiques/{slug}", "en"),
    "the title's page": _page("/titre/{ref}"),
    "the title's page in English": _page("/titre/{ref}", "en"),
    "the first page": _page("/"),
    "the directory": _page("/boutiques"),
    "the frame on other sites": _page("/ou-trouver/{ref}"),
    "the frame of a list": _page("/ou-trouver/liste?titres={ref}"),
    "the colour of its door": _door,
    "the directory's filter, open now": _listed("/boutiques?open=1"),
    "JSON-LD": _structured,
    "API, a shop": _api_shop,
    "API, the shops": _api_shops,
    "API, who has a title": _api_who_has,
    "open at an instant": _at_instant,
    "open at what its own clock shows": _on_its_clock,
    "the command line": _command,
    "a reservation and its calendar file": _order,
}

"""What the tests of windows share: a shop, a title, somebody who works there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.events.models import Event
from comptoir.events.operations import EventDetails, announce_event
from comptoir.shops.models import Shop
from tests.factories import make_product, make_shop, make_staff

PARIS = ZoneInfo("Europe/Paris")


def wall(*parts: int) -> datetime:
    """Return what a clock on the wall shows."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def local(days: int = 3, hour: int = 18) -> datetime:
    """Return what the clock of a shop in Paris shows at this hour, in so many days."""
    day = timezone.now().astimezone(PARIS).date() + timedelta(days=days)
    return wall(day.year, day.month, day.day, hour)


DETAILS = EventDetails(kind="signing", title="Rencontre avec une autrice", starts=local())


@pytest.fixture
def shop(db) -> Shop:
    return make_shop(name="Librairie du Pilori", slug="pilori")


@pytest.fixture
def title(db) -> Product:
    return make_product(title="Le Père Goriot", byline="Honoré de Balzac")


@pytest.fixture
def agathe(shop) -> Actor:
    return make_staff(shop, name="Agathe").actor


@pytest.fixture
def announce(shop, agathe) -> Callable[..., Event]:
    """Return the function that announces an event of the shop."""

    def announce(*, at: Shop | None = None, actor: Actor | None = None, **changes: object) -> Event:
        details = replace(DETAILS, **changes)
        return announce_event(shop=at or shop, details=details, actor=actor or agathe)

    return announce

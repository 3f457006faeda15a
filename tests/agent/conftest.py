"""A shop with a till's folder, an agent of it, and the real server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from comptoir.agent.home import Config, Rule, save
from comptoir.agent.runner import Agent
from comptoir.agent.words import say
from comptoir.shops.models import Shop
from tests.agent.clocks import HandClock
from tests.api.client import secret_of
from tests.factories import make_shop

SIRET = "73282932000074"


@pytest.fixture(autouse=True)
def in_french(settings, monkeypatch) -> None:
    settings.RATE_LIMITS = False
    monkeypatch.setattr(say, "language", "fr")


@pytest.fixture
def shop(transactional_db) -> Shop:
    return make_shop(siret=SIRET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Export").mkdir()
    return tmp_path / "Export"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def configured(live_server, shop, folder, home) -> Callable[..., Config]:
    """Write a configuration, with other values where a test wants them."""

    def configured(**changes: object) -> Config:
        values = {
            "url": live_server.url,
            "shop": SIRET,
            "token": changes.pop("token", None) or secret_of(shop),
            "folder": str(folder),
            "rules": [Rule("*sales*", "sales", "csv"), Rule("*delta*", "delta", "csv"), Rule()],
            "scan_seconds": 0.02,
            "settle_seconds": 0.0,
        }
        config = Config(**(values | changes))
        save(config, home)
        return config

    return configured


@pytest.fixture
def agent(configured, home, clock) -> Agent:
    return Agent(configured(), home, clock)

"""What stands in front is asked as a reader would: each thing that it does wrong is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from comptoir.installation import proxy as front
from comptoir.installation.findings import Weight
from tests.concurrency.live import free_port
from tests.installation.front import HERE, Manners, proxy
from tests.live.server import feeds
from tests.mailserver import encrypts
from tests.serve.web import site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    encrypts(folder)
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def trusted(certificate, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setattr(front, "SOON_SECONDS", 1.5)
    return certificate


def errors(port: int) -> list[str]:
    found = front.findings(f"https://{HERE}:{port}")
    return [each.sentence for each in found if each.weight is Weight.ERROR]


def served(proxies: int) -> Iterator[int]:
    return site(COMPTOIR_BASE_URL=f"https://{HERE}", COMPTOIR_PROXIES=str(proxies))


def test_each_thing_that_a_proxy_does_wrong_is_told(trusted) -> None:
    wrong = [
        ({}, None),
        ({"host": "localhost"}, "passes “localhost” as Host"),
        ({"answers": 400}, "that name stand in COMPTOIR_HOSTS"),
        ({"answers": 403}, "answers 403, not as Comptoir does"),
        ({"proto": False}, "X-Forwarded-Proto"),
        ({"forwarded": "passes"}, "Anybody can invent their address"),
        ({"forwarded": "none"}, "X-Forwarded-For does not come"),
        ({"largest": 2**20}, "refuses large files"),
        ({"buffers": True}, "holds back what it should pass on at once"),
        ({"feeds": free_port()}, "/direct/ answers 502"),
        ({"site": free_port()}, "answers 502: the proxy reaches no Comptoir"),
    ]
    with served(1) as web, feeds() as live:
        for manners, said in wrong:
            with proxy(Manners(**{"site": web, "feeds": live, **manners}), trusted) as port:
                told = errors(port)
            assert len(told) == (said is not None), (manners, told)
            assert said is None or said in told[0]


def test_a_setting_that_does_not_know_of_the_proxy_is_told(trusted) -> None:
    with (
        served(0) as web,
        feeds() as live,
        proxy(Manners(site=web, feeds=live), trusted) as port,
    ):
        (told,) = errors(port)
    assert "COMPTOIR_PROXIES is 0" in told


def test_a_certificate_that_is_not_trusted_is_called_that(certificate) -> None:
    with proxy(Manners(site=1, feeds=1), certificate) as port:
        (told,) = errors(port)
    assert "is not trusted (self-signed certificate" in told


def test_nobody_and_another_key_are_told_apart(trusted) -> None:
    assert "does not answer" in errors(free_port())[0]
    with (
        site(COMPTOIR_BASE_URL=f"https://{HERE}", COMPTOIR_SECRET_KEY="another") as web,
        proxy(Manners(site=web, feeds=1), trusted) as port,
    ):
        (told,) = errors(port)
    assert "not as this installation" in told


def test_plain_http_must_lead_to_https(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        site() as web,
        proxy(Manners(site=web, feeds=1), None) as port,
    ):
        # Comptoir itself refuses no till's file for its size.
        assert list(front._large(f"http://{HERE}:{web}")) == []
        monkeypatch.setattr(front, "HTTP_PORT", port)
        (told,) = front._plain(f"https://{HERE}")
    assert told.weight is Weight.ERROR
    assert "without leading to" in told.sentence


def test_nobody_is_told_what_was_seen_without_the_key(client) -> None:
    assert client.get("/healthz/seen").status_code == 404
    assert client.get("/healthz/seen", {"key": "x:y:z"}).status_code == 404
    answer = client.get("/healthz/seen", {"key": front.key()})
    assert answer.status_code == 200
    assert answer.json()["host"] == "testserver"

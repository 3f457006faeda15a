"""A server of somebody else's, for all tests of the folder."""

from collections.abc import Iterator

import pytest

from tests.installation.foreign import Foreign, foreign_server


@pytest.fixture(scope="session")
def foreign() -> Iterator[Foreign]:
    with foreign_server() as server:
        yield server


@pytest.fixture
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)

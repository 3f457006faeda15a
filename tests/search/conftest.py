"""Each test has an index of its own, and says when it follows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comptoir.search import builder, reader


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings, monkeypatch) -> Iterator[Path]:
    """Give the test an index folder of its own, and a reader that looks at every search."""
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    yield tmp_path
    reader.READER.forget()


@pytest.fixture
def index(db) -> Callable[[], int]:
    """Return the function that builds the index from what the test has made."""
    return builder.rebuild

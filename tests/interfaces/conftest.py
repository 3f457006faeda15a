"""What the interfaces' tests share."""

import pytest

from comptoir.api import names


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget the names of another test's database."""
    names.forget_all()

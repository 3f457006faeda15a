"""How long a test waits for what is sure to come, however slow the machine is for a while."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
"""Only a failure takes so long: whoever waits goes on as soon as it is so."""


def until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is so. Fails when it is not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)

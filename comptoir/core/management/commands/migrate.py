"""Django's `migrate`, one at a time: two nodes that are upgraded at once never collide."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate

from comptoir.core.locks import alone_at_migrating

_SELDOM = (200_000, 5, 5)
"""So many new objects are looked through for garbage: a third of the time of all migrations went
into looking, for 46 MB less."""


class Command(migrate.Command):
    """Brings the database to this version, while whoever else wants to waits."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Wait for a turn, then migrate what is not migrated yet."""
        with alone_at_migrating(self._say_that_it_waits), _seldom_tidied():
            super().handle(*args, **options)

    def _say_that_it_waits(self) -> None:
        self.stderr.write("Another node is migrating the database: waiting for it…")


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Look less often for garbage while the block lasts: each migration draws models anew."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)

"""Django's `migrate`, one at a time: two nodes that are upgraded at once never collide."""

from typing import Any

from django.core.management.commands import migrate

from comptoir.core.locks import alone_at_migrating
from comptoir.core.processes import seldom_tidied


class Command(migrate.Command):
    """Brings the database to this version, while whoever else wants to waits."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Wait for a turn, then migrate what is not migrated yet."""
        with alone_at_migrating(self._say_that_it_waits), seldom_tidied():
            super().handle(*args, **options)

    def _say_that_it_waits(self) -> None:
        self.stderr.write("Another node is migrating the database: waiting for it…")

"""What a process writes on its terminal, and in its log without the secrets of addresses."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import click

from comptoir.core.errors import DomainError

_SECRETS = re.compile(
    r"(/reservation/|/api/v1/orders/|/confirmer/|/comptoir/invitation/|/tills/[^/\s?\"']+/)"
    r"[^/\s?\"']+"
)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of the domain into one line on the terminal and exit status 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(f"{error} [{error.code}]") from error


def all_refused(*, taken: int, refused: int) -> bool:
    """Return whether an import came to nothing: something was refused and nothing taken.

    Every import ends with status 1 then, and with 0 where some of it was taken: what was refused
    has been told, and scripts that import a file with a bad row every night go on.
    """
    return refused > 0 and taken <= 0


def discreet(text: str) -> str:
    """Return a text with the secrets of addresses blanked: who has that of a reservation can read
    and cancel it, who has that of a till can report in its name, who has that of an invitation can
    take it up."""
    return _SECRETS.sub(r"\1…", text)


class DiscreetFormatter(logging.Formatter):
    """Writes a record, its traceback included, discreetly."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return discreet(super().format(record))

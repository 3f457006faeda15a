"""What a process writes on its terminal, and in its log without the secrets of addresses."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.utils.translation import gettext as _

from comptoir.core.errors import DomainError

_YES, _NO = frozenset({"y", "yes", "o", "oui"}), frozenset({"n", "no", "non"})
_SECRETS = re.compile(
    r"(/reservation/|/api/v1/orders/|/confirmer/|/rejoindre/verifier/|/comptoir/invitation/|/vie-privee/mes-donnees/|/tills/[^/\s?\"']+/)"
    r"[^/\s?\"']+"
)
# PostgreSQL says of a row that it refuses the whole row. What a row holds may have lines of its
# own, so all goes that stands before the next error of a traceback.
_DETAILS = re.compile(
    r"\b(DETAIL|CONTEXT|HINT):  .*?(?=\n[ |]*\n[ |]*(?:The above|During handling)|\n[ |]*\+-|\Z)",
    re.DOTALL,
)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of the domain into one line on the terminal and exit status 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(f"{error} [{error.code}]") from error


def says_yes(text: str, *, choice: str, usual: bool) -> bool:
    """Return whether somebody at the terminal agrees, in French or in English.

    `choice` is shown behind the text, such as “[y/N]”; `usual` is what Enter alone says.
    """
    while True:
        told = click.prompt(f"{text} {choice}", default="y" if usual else "n", show_default=False)
        if (word := told.strip().lower()) in _YES | _NO:
            return word in _YES


def go_on(text: str) -> None:
    """Ask before something is done. Raises `click.Abort` unless somebody says yes."""
    if not says_yes(text, choice=_("[y/N]"), usual=False):
        raise click.Abort


def all_refused(*, taken: int, refused: int) -> bool:
    """Return whether an import came to nothing: something was refused and nothing taken.

    Every import ends with status 1 then, and with 0 where some of it was taken: what was refused
    has been told, and scripts that import a file with a bad row every night go on.
    """
    return refused > 0 and taken <= 0


def discreet(text: str) -> str:
    """Return a text with the secrets of addresses blanked: who has that of a reservation can read
    and cancel it, who has that of a till can report in its name, who has that of an invitation can
    take it up. So is what the database says of a row that it refused: it quotes it."""
    return _DETAILS.sub(r"\1: …", _SECRETS.sub(r"\1…", text))


class DiscreetFormatter(logging.Formatter):
    """Writes a record, its traceback included, discreetly."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return discreet(super().format(record))

"""What commands share: telling a refusal on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from comptoir.core.errors import DomainError


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of the domain into one line on the terminal and exit status 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(f"{error} [{error.code}]") from error

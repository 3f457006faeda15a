"""What is asked at a terminal is answered in French or in English."""

import click
import pytest
from click.testing import CliRunner

from comptoir.core.console import go_on


@click.command()
def ask() -> None:
    go_on("Continuer ?")
    click.echo("fait")


@pytest.mark.parametrize("word", ["o", "oui", "OUI", "y", "yes", " o "])
def test_yes_in_either_language(word: str) -> None:
    done = CliRunner().invoke(ask, input=f"{word}\n")
    assert done.exit_code == 0
    assert "fait" in done.output
    assert "[o/N]" in done.output


@pytest.mark.parametrize("word", ["", "n", "non", "no"])
def test_no_and_enter_alone_end_it(word: str) -> None:
    done = CliRunner().invoke(ask, input=f"{word}\n")
    assert done.exit_code == 1
    assert "fait" not in done.output


def test_what_is_neither_is_asked_again() -> None:
    done = CliRunner().invoke(ask, input="peut-être\no\n")
    assert done.output.count("Continuer ?") == 2
    assert "fait" in done.output

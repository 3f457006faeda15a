"""What is wrong with the value of a setting, in a sentence."""

from collections.abc import Iterator
from difflib import get_close_matches

import click

from comptoir.config.variables import PREFIX, BadSetting, bad_settings, unknown_names, variables
from comptoir.installation.words import gettext as _


def refuse_bad_settings() -> None:
    """Raise `click.ClickException` with a sentence for each value that cannot be read."""
    if found := [sentence(error) for error in bad_settings()]:
        raise click.ClickException("\n".join(found))


def sentence(error: BadSetting) -> str:
    """Return which setting has which value, and what it may be."""
    return _("%(name)s is “%(value)s”: %(allowed)s") % {
        "name": error.name,
        "value": error.value[:80],
        "allowed": _allowed(error),
    }


def unknown() -> Iterator[str]:
    """Yield a sentence for each variable that looks like a setting and is none."""
    for name in unknown_names():
        # Without what all of them begin with, which would make any two alike.
        known = {each.removeprefix(PREFIX): each for each in variables()}
        close = get_close_matches(name.removeprefix(PREFIX), known, 1, 0.7)
        if close:
            yield _("%(name)s is no setting of Comptoir: is %(close)s meant?") % {
                "name": name,
                "close": known[close[0]],
            }
        else:
            yield _("%(name)s is no setting of Comptoir: take it out.") % {"name": name}


def _allowed(error: BadSetting) -> str:
    variable = error.variable
    if variable.kind == "number" and variable.most is not None:
        return _("write a whole number from %(least)d to %(most)d.") % {
            "least": variable.least,
            "most": variable.most,
        }
    return {
        "number": _("write a whole number, %(least)d or more.") % {"least": variable.least},
        "flag": _("write 1 or 0."),
        "networks": _("write networks, by commas: 192.0.2.0/24, 2001:db8::/32."),
        "hosts": _("write names of hosts, by commas: images.example, *.images.example."),
        "names": _(
            "write names of hosts, by commas, without https:// and without a port:"
            " comptoir.example, www.comptoir.example."
        ),
        "address": _("write https:// and a name, with nothing after it: https://comptoir.example."),
        "tiles": _(
            "write the address of the tiles, with {z}, {x} and {y}:"
            " https://tiles.example/{z}/{x}/{y}.png."
        ),
        "level": _("write one of DEBUG, INFO, WARNING, ERROR, CRITICAL."),
        "mailbox": _("write an e-mail address: reseau@comptoir.example."),
        "sender": _("write Comptoir <comptoir@comptoir.example>, or the address alone."),
    }[variable.kind]

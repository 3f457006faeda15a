"""The words of whoever hosts: French, or English where the terminal is (`LANG`).

Python's own gettext: these are needed where Django's settings cannot be read.
"""

import os
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "locale"


def language() -> str:
    """Return `en` where the terminal says so (POSIX: LC_ALL, LC_MESSAGES, LANG), else `fr`."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next(filter(None, names), "").lower().startswith("en") else "fr"


def gettext(text: str) -> str:
    """Return a text in the language of the terminal."""
    return _catalogue(language()).gettext(text)


@cache
def _catalogue(name: str) -> NullTranslations:
    return translation("django", _FOLDER, [name], fallback=True)

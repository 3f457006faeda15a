"""Every message of every package has its French."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
APPS = sorted(
    path.parent.name
    for path in (ROOT / "comptoir").glob("*/apps.py")
    if path.parent.name != "config"
)

# What `%` replaces, and how: `%(name)s`, `%d`; `%%` is a sign like any other.
PLACE = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0 +]*\d*(?:\.\d+)?(?P<kind>[a-zA-Z%])")

# A plain space before a French sign, or within French quotes: a line could begin with the sign.
BEHIND_A_NUMBER = re.compile(r"%(?:\((?P<name>\w+)\))?[sd][ \u00a0\u202f][^\W\d]{2,}[sx]\b")
NEVER_ONE = {
    *("limit", "most", "longest", "largest"),
    *("file", "url", "option", "sql", "why", "port", "shop", "shops", "place", "inviter"),
}
"""Bounds, and what is no number."""
LOOSE = re.compile(r"\S (?:[:?!»](?!\w)|;)|«[ ]")


@pytest.fixture(scope="module")
def gettext_tools() -> None:
    """Skip with one line where xgettext is missing; fail where CI promises it."""
    if shutil.which("xgettext") is None:
        reason = "xgettext is not installed: the catalogues are not checked"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def gathered(gettext_tools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the packages in which `makemessages` has brought every catalogue up to what
    the code says."""
    copy = tmp_path_factory.mktemp("packages")
    for app in APPS:
        left_out = shutil.ignore_patterns("*.mo", "__pycache__")
        shutil.copytree(ROOT / "comptoir" / app, copy / app, ignore=left_out)
        (copy / app / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    words = ["makemessages", "-l", "fr", "--no-location", "--no-wrap"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "django", *words],
        cwd=copy,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "django.conf.global_settings"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stderr
    return copy


@pytest.mark.parametrize("app", APPS)
def test_the_french_catalogue_is_complete(app: str, gathered: Path) -> None:
    source = gathered / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    messages = _messages(source) if source.exists() else []
    missing = [message.id for message in messages if not _is_translated(message)]
    assert not missing, f"{len(missing)} messages of {app} have no French: {missing[:5]}"


@pytest.mark.parametrize("app", APPS)
def test_every_french_text_takes_the_values_of_its_english(app: str) -> None:
    source = ROOT / "comptoir" / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    messages = _messages(source) if source.exists() else []
    wrong = [wrong for message in messages for wrong in _wrongs(message)]
    assert not wrong, f"{len(wrong)} messages of {app} break when they are filled in: {wrong}"


def test_a_sign_too_many_is_found() -> None:
    english = "%(missing)s per cent of it are missing."
    for french in ("Il manque %(missing)s %%% de tout.", "Il manque %(manque)s %%.", "Il manque."):
        assert _wrongs(Message(english, french, flags=["python-format"])), french
    assert not _wrongs(Message(english, "%(missing)s %% manquent.", flags=["python-format"]))


@pytest.mark.parametrize("app", APPS)
def test_no_french_line_begins_with_a_sign(app: str) -> None:
    source = ROOT / "comptoir" / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    messages = _messages(source) if source.exists() else []
    loose = [text for message in messages for text in _texts(message) if LOOSE.search(text)]
    assert not loose, f"{len(loose)} messages of {app} have a plain space before a sign: {loose}"


def test_a_message_says_the_same_in_every_package() -> None:
    """Django knows one translation of a message, whoever asks: of two, the first
    application's. What is meant otherwise has a context of its own."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for app in APPS:
        source = ROOT / "comptoir" / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
        for message in _messages(source) if source.exists() else []:
            if isinstance(message.id, str):
                found.setdefault((message.context, message.id), {})[app] = str(message.string)
    assert {k: v for k, v in found.items() if len(set(v.values())) > 1} == {}


def test_a_loose_sign_is_found() -> None:
    for french in ("Non : rien.", "Quoi ?", "« Oui\u202f»", "Un ; deux", "« %(q)s »"):
        assert LOOSE.search(french), french
    assert not LOOSE.search("À 10:30, «\u202foui\u202f»\u202f: d’accord\u202f!")


@pytest.mark.parametrize("app", APPS)
def test_no_noun_is_plural_behind_a_number_that_may_be_one(app: str) -> None:
    source = ROOT / "comptoir" / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    messages = _messages(source) if source.exists() else []
    wrong = [
        found for each in messages if not each.pluralizable for found in _plurals(str(each.string))
    ]
    assert not wrong, f"{app}: count these by ngettext, or put the number behind the noun: {wrong}"


def test_a_plural_behind_a_number_is_found() -> None:
    assert _plurals("Vous avez %(n)d réservations en cours.") == ["%(n)d réservations"]
    assert _plurals("%d lignes") == ["%d lignes"]
    assert not _plurals("%(longest)d caractères au plus, lignes\u202f: %(lines)d, %(n)d h")


CONTRACTED = re.compile(r"\b(?:de|du) %\(when\)s", re.IGNORECASE)
"""A word that French changes before what a moment begins with: “d’aujourd’hui”, “de samedi”."""


def test_no_word_before_a_moment_would_change_with_it() -> None:
    sources = (ROOT / "comptoir").glob("*/locale/fr/LC_MESSAGES/django.po")
    texts = [text for each in sources for message in _messages(each) for text in _texts(message)]
    assert [text for text in texts if CONTRACTED.search(text)] == []
    assert CONTRACTED.search("à partir de %(when)s")


def _plurals(text: str) -> list[str]:
    """Return each number of a text with a plural behind it, but for those that are never 1."""
    return [
        found[0]
        for found in BEHIND_A_NUMBER.finditer(text)
        if not (found["name"] and found["name"] in NEVER_ONE)
    ]


def _messages(source: Path) -> list[Message]:
    with source.open("rb") as file:
        return [message for message in read_po(file, locale="fr") if message.id]


def _wrongs(message: Message) -> list[str]:
    """Return the translations that cannot be filled with what the English takes.

    The one for a single thing need not repeat how many there are.
    """
    if "python-format" not in message.flags:
        return []
    english = message.id if isinstance(message.id, tuple) else (message.id,)
    french = _texts(message)
    asked = _places(english[-1])
    named = {name: 1 for name, _kind in asked if name}
    values = named or (1,) * len(asked)
    wrong = []
    for number, text in enumerate(french):
        single = len(french) > 1 and number == 0
        places = _places(text)
        same = set(places) <= set(asked) if single and named else sorted(places) == sorted(asked)
        try:
            text % values
        except (KeyError, TypeError, ValueError):
            same = False
        if not same:
            wrong.append(text)
    return wrong


def _places(text: str) -> list[tuple[str, str]]:
    found = PLACE.finditer(text)
    return [(place["name"] or "", place["kind"]) for place in found if place["kind"] != "%"]


def _texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _is_translated(message: Message) -> bool:
    return not message.fuzzy and all(_texts(message))

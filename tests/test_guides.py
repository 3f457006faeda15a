"""The French guides say the words of the screens, and a word means one thing everywhere."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from comptoir.agent.words import WORDS
from tests.test_docs import PAGES, ROOT
from tests.test_messages import LOOSE, PLACE

GUIDES = sorted((ROOT / "docs" / "fr").glob("*.md"))
ONE_PAGE = {"comptoir.md", "caisse.md", "commandes.md", "vendre.md"}
# Both sides of one sheet of paper.
MOST_WORDS = 950
# Of the English pages, those that name a screen of the counter, and what else they set so.
SCREENS_IN_ENGLISH = {
    "README.md": {"now", "Le Horla", "Carmen", "Poitiers"},
    "agent.md": {"Connexion réussie : ce PC envoie pour « Librairie du Pilori »."},
}


@cache
def messages() -> tuple[tuple[str, str, str], ...]:
    """Return app, English and French of every message of the catalogues and of the agent."""
    found = [("agent", english, french) for english, french in WORDS.values()]
    for source in sorted((ROOT / "comptoir").glob("*/locale/fr/LC_MESSAGES/django.po")):
        app = source.relative_to(ROOT / "comptoir").parts[0]
        with source.open("rb") as file:
            for message in filter(lambda each: each.id, read_po(file, locale="fr")):
                english = message.id if isinstance(message.id, tuple) else (message.id,)
                french = message.string if isinstance(message.string, tuple) else (message.string,)
                found += [(app, english[-1], text) for text in french]
    return tuple(found)


def plain(text: str) -> str:
    """Return a text as it is compared: one kind of blank and apostrophe, `…` for what is
    filled in, no full stop behind it."""
    filled = PLACE.sub(lambda place: "%" if place["kind"] == "%" else "…", text)
    filled = re.sub(r"\{\w+\}", "…", filled)
    return re.sub(r"\s+", " ", filled).replace("’", "'").strip().removesuffix(".")


@cache
def screens() -> frozenset[str]:
    """Return every French text that the interface has."""
    return frozenset(plain(french) for _app, _english, french in messages())


def prose(page: Path) -> str:
    """Return a page without its code."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    text = re.sub(r"^    .*$", "", text, flags=re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "CODE", text)


def said(text: str) -> list[str]:
    """Return what a guide quotes of the screens: all that is « quoted » or set in italics."""
    italics = re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", text)
    return re.findall(r"«\s*([^«»]+?)\s*»", text) + italics


def strange(quoted: Iterable[str], known: frozenset[str]) -> list[str]:
    """Return what no screen says."""
    return [text for text in quoted if plain(text) not in known]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_what_a_guide_quotes_is_on_the_screens(page: Path) -> None:
    quoted = said(prose(page))
    assert quoted
    assert not strange(quoted, screens())


def test_a_word_that_changes_on_the_screen_is_noticed() -> None:
    quoted = said(prose(ROOT / "docs" / "fr" / "comptoir.md"))
    for word in ("Pas en rayon", "Remis au client", "À faire", "Fermetures exceptionnelles"):
        assert plain(word) in map(plain, quoted)
        assert set(strange(quoted, screens() - {plain(word)})) >= {word}


@pytest.mark.parametrize("name", SCREENS_IN_ENGLISH)
def test_the_french_that_an_english_page_quotes_is_on_the_screens(name: str) -> None:
    (page,) = (page for page in PAGES if page.name == name)
    text = prose(page).replace("\n", " ")
    assert "*Caisse*" in text
    others = {plain(each) for each in SCREENS_IN_ENGLISH[name]}
    assert not strange(re.findall(r"(?<![*\w])\*([^*]+)\*(?!\*)", text), screens() | others)


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_no_line_of_a_guide_begins_with_a_sign(page: Path) -> None:
    loose = [match[0] for match in LOOSE.finditer(prose(page))]
    assert not loose


def test_a_guide_of_one_page_is_one() -> None:
    words = {page.name: len(re.findall(r"\w+", prose(page))) for page in GUIDES}
    assert words.keys() > ONE_PAGE
    assert {name for name in ONE_PAGE if words[name] > MOST_WORDS} == set()


def test_the_minutes_of_the_headings_add_up() -> None:
    text = (ROOT / "docs" / "fr" / "installer.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"Comptez (\d+) minutes", text)
    minutes = [int(each) for each in re.findall(r"^## .*\((\d+) minutes?\b", text, re.MULTILINE)]
    assert len(minutes) == len(re.findall(r"^## \d+\. ", text, re.MULTILINE)) - 1  # gathering
    assert sum(minutes) == int(told)


def test_the_guides_are_found_from_the_first_pages() -> None:
    for name, folder in (("README.md", "docs/fr/"), ("docs/operating.md", "fr/")):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [page.name for page in GUIDES if f"]({folder}{page.name})" not in text] == []


def strays(told: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the French texts that say *de côté* or *retenu* of something else.

    *Mis de côté* is a copy that the shop has put aside, *retenu* a till's file that waits for the
    shop; what a reader has is *réservé* or *gardé*. The English tells which one is meant.
    """
    return [
        f"{app}: {french}"
        for app, english, french in told
        if bool(re.search(r"\bde côté\b", french))
        != bool(re.search(r"\bset\b[^.]*\baside\b", english, re.I))
        or bool(re.search(r"\bretenue?s?\b", french, re.IGNORECASE))
        != bool(re.search(r"\bheld back\b", english, re.I))
    ]


def test_set_aside_means_one_thing() -> None:
    assert not strays(messages())


def test_a_stray_word_is_noticed() -> None:
    assert strays([("site", "It is held for you.", "Il est retenu pour vous.")])
    assert strays([("shops", "The cell was left out.", "La cellule est laissée de côté.")])
    assert strays([("stock", "The file was held back.", "Le fichier est mis de côté.")])
    assert not strays([("counter", "Set aside", "Mis de côté")])

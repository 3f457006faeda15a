"""Conditions, legal notice and privacy page of a shop, put together from texts and what it says."""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from comptoir.terms import law

LANGUAGES = ("fr", "en")
_TEXTS = Path(__file__).with_name("texts")
Section = dict[str, Any]
Texts = dict[str, dict[str, list[Section]]]


class Document(StrEnum):
    """One of the texts of a shop."""

    CONDITIONS = "conditions"
    LEGAL = "legal"
    PRIVACY = "privacy"


def written(facts: Mapping[str, str], day: date) -> Texts:
    """Return the texts of a shop by language and document, as they are on a day.

    A paragraph that names a fact of which the shop has nothing is left out, and so is a section
    without paragraphs, one that `needs` such a fact, and one of a rule of `law` that does not hold
    on that day.
    """
    return {
        language: {
            document.value: [
                made
                for section in _sections(language)[document.value]
                if (made := _section(section, facts, day))["paragraphs"]
            ]
            for document in Document
        }
        for language in LANGUAGES
    }


def _section(section: Mapping[str, Any], facts: Mapping[str, str], day: date) -> Section:
    rule, needs = section.get("law"), section.get("needs")
    left_out = (rule and not law.holds(rule, day)) or (needs and not facts.get(needs))
    told = [] if left_out else section["paragraphs"]
    return {
        "heading": section["heading"],
        "boxed": section.get("boxed", False),
        "language": section.get("language", ""),
        "paragraphs": [text.format_map(facts) for text in told if _is_known(text, facts)],
    }


def _is_known(text: str, facts: Mapping[str, str]) -> bool:
    names = [name for _text, name, _spec, _conversion in Formatter().parse(text) if name]
    return all(facts.get(name) for name in names)


@cache
def _sections(language: str) -> Mapping[str, list[Section]]:
    return tomllib.loads((_TEXTS / f"{language}.toml").read_text(encoding="utf-8"))

"""How text becomes the words of the index, the same for what is indexed and what is asked.

Forgiven here, at no cost when searching: case, accents, ligatures, punctuation, elisions (l’, d’,
qu’…), dotted initials and French plurals. A typing error is forgiven by the query
(`search.clauses`).
"""

import re
import unicodedata
from functools import lru_cache

MAX_WORD = 40

# Letters that Unicode does not decompose into a letter and an accent.
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "&": " et ",
    }
)
_MARKS = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\ufeff\x00]+")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_ELISION = re.compile(r"\b(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)")
_COMPOUND = re.compile(r"\w+(?:[-'./]\w+)+")
_WORD = re.compile(r"[^\W_]+")

# Words so common that two titles differing only by them are the same to a reader.
STOP_WORDS = frozenset(
    "le la les l un une des du de d au aux a et en the of an and".split()  # noqa: SIM905
)


def fold(text: str) -> str:
    """Return the text in lower case, without accents, ligatures, elisions or dots of initials."""
    text = text.lower()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS)))
        text = text.lower().translate(_LETTERS)
    elif "&" in text or "`" in text or "\0" in text:
        text = text.replace("\0", "").translate(_LETTERS)
    if "." in text:
        text = _INITIALS.sub(lambda found: found.group().replace(".", "") + " ", text)
    if "'" in text:
        text = _ELISION.sub("", text)
    return text


@lru_cache(maxsize=200_000)
def singular(word: str) -> str:
    """Return a folded word without its French plural: livres, bijoux, journaux, vitraux.

    A light rule on purpose: it must leave what has been typed so far a beginning of the whole word.
    """
    word = word[:MAX_WORD]
    if len(word) < 4:
        return word
    if word.endswith("aux") and not word.endswith("eaux") and len(word) > 4:
        return word[:-3] + "al"
    if word.endswith("ail") and len(word) > 4:
        return word[:-3] + "al"
    if word[-1] in "sx" and word[-2] not in "s0123456789":
        return word[:-1]
    return word


def words(text: str) -> list[str]:
    """Return the words of a text in their order, folded and in the singular."""
    return [singular(word) for word in _WORD.findall(fold(text))]


def with_compounds(text: str) -> list[str]:
    """Return the words, and what hyphens, slashes and apostrophes join as one word too (AC/DC)."""
    folded = fold(text)
    found = [singular(word) for word in _WORD.findall(folded)]
    if not any(mark in folded for mark in "-'./"):
        return found
    joined = ("".join(_WORD.findall(compound)) for compound in _COMPOUND.findall(folded))
    return found + [singular(word) for word in joined]


def significant(found: list[str]) -> list[str]:
    """Return the words that tell titles apart, or all of them when none does (“La”, “The The”)."""
    return [word for word in found if word not in STOP_WORDS] or found


def title_key(text: str) -> str:
    """Return what two writings of the same title have in common."""
    return " ".join(significant(words(text)))[:200]

"""How text becomes the words of the index, the same for products and for questions.

Forgiven here, at no cost when searching: case, accents, ligatures, punctuation, elisions (l’, d’,
qu’…), dotted initials and French plurals. A typing error is forgiven by the query
(`search.clauses`).
"""

import re
from functools import lru_cache

from comptoir.core.text import without_accents

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
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\ufeff\x00]+")
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
        text = _UNSEEN.sub("", without_accents(text.translate(_LETTERS)))
        text = text.lower()
    text = text.translate(_LETTERS)
    text = _INITIALS.sub(lambda found: found.group().replace(".", "") + " ", text)
    return _ELISION.sub("", text)


def singular(word: str) -> str:
    """Return a folded word without its French plural: livres, bijoux, journaux, vitraux.

    A light rule on purpose: it must leave what has been typed so far a beginning of the whole word.
    """
    word = word[:MAX_WORD]
    if len(word) > 4 and (word.endswith("ail") or (word.endswith("aux") and word[-4] != "e")):
        return word[:-3] + "al"
    if len(word) > 3 and word[-1] in "sx" and word[-2] not in "s0123456789":
        return word[:-1]
    return word


@lru_cache(maxsize=250_000)
def _piece(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a text without spaces, and those that its punctuation joins (AC/DC)."""
    folded = fold(text)
    found = tuple(singular(word) for word in _WORD.findall(folded))
    if len(found) < 2:
        return found, ()
    joined = ("".join(_WORD.findall(compound)) for compound in _COMPOUND.findall(folded))
    return found, tuple(singular(word) for word in joined)


def words(text: str, compounds: dict[str, None] | None = None) -> list[str]:
    """Return the words of a text in their order, folded and in the singular.

    What hyphens, slashes and apostrophes join is added as one word each to `compounds`, if given
    (AC/DC: acdc).
    """
    found: list[str] = []
    for piece in text.split():
        separate, joined = _piece(piece)
        found += separate
        if joined and compounds is not None:
            compounds.update(dict.fromkeys(joined))
    return found


def forget() -> None:
    """Give back the memory of the words met so far (a whole catalogue's, after a rebuild)."""
    _piece.cache_clear()


def significant(found: list[str]) -> list[str]:
    """Return the words that set titles apart, or all of them when none does (“La”, “The The”)."""
    return [word for word in found if word not in STOP_WORDS] or found

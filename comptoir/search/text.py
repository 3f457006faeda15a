"""How text becomes the words of the index, the same for products and for questions.

Forgiven here, at no cost when searching: case, accents, ligatures, punctuation, elisions (l’, d’,
qu’…), dotted initials, signs that stand for letters (P!nk) and French plurals. A typing error is
forgiven by the query (`search.clauses`). Signs are words of their own where a title or a name is
nothing else (!!!, ÷).
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
_LETTER = r"[^\W\d_]"
_FOR_LETTERS = re.compile(
    rf"(?<={_LETTER})[!@€$]+(?={_LETTER})|(?<!\w)\$+(?={_LETTER})|(?<={_LETTER})\$+(?!\w)"
)
_AS_LETTERS = str.maketrans("!@€$", "iaes")
_DASHES = re.compile("[‐-―−]")
_ROUND = "()[]{}\"'«»“”"
"""Signs that stand round others: (∆) is ∆."""
_BETWEEN = re.compile(r"[-/|:;,.+*•·?]+")
"""Signs that stand between words; what else stands alone may be somebody's name."""

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


@lru_cache(maxsize=65_536)
def _piece(text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the words of a text without spaces, those that its signs join (AC/DC) or spell (P!nk)
    and, where it has no word, its signs."""
    folded = fold(text)
    found = tuple(singular(word) for word in _WORD.findall(folded))
    if not found:
        return (), (), _bare(_DASHES.sub("-", "".join(folded.split())))
    spelt = spell(folded)
    joined = _COMPOUND.findall(folded) if len(found) > 1 else []
    joined += [spelt] if spelt != folded else []
    return found, tuple(singular("".join(_WORD.findall(each))) for each in joined), ""


def spell(text: str) -> str:
    """Return a text with letters for the signs that stand for them (P!nk: Pink)."""
    return _FOR_LETTERS.sub(lambda signs: signs.group().translate(_AS_LETTERS), text)


def _bare(signs: str) -> str:
    return signs.strip(_ROUND) or signs


def words(text: str, compounds: dict[str, None] | None = None) -> list[str]:
    """Return the words of a text in their order, folded and in the singular.

    What hyphens, slashes and apostrophes join is added as one word each to `compounds`, if given
    (AC/DC: acdc), and so are signs that stand alone (“Louden Up Now / !!!”). A text without a word
    has one: its signs, without the blanks between them.
    """
    found: list[str] = []
    others: list[str] = []
    alone = [""]
    for piece in text.split():
        separate, joined, signs = _piece(piece)
        found += separate
        others += joined
        if separate or _BETWEEN.fullmatch(signs):
            alone.append("")
        else:
            alone[-1] += signs
    if not found:
        each_alone = [_piece(piece)[2][:MAX_WORD] for piece in text.split()]
        whole = _bare("".join(each_alone))[:MAX_WORD]
        found = [whole] if whole else []
        alone = [signs for signs in each_alone if signs != whole]
    if compounds is not None:
        compounds.update(dict.fromkeys([*others, *(each[:MAX_WORD] for each in alone if each)]))
    return found


@lru_cache(maxsize=20_000)
def _repeated(text: str) -> tuple[tuple[str, ...], dict[str, None]]:
    compounds: dict[str, None] = {}
    return tuple(words(text, compounds)), compounds


def repeated_words(text: str, compounds: dict[str, None]) -> tuple[str, ...]:
    """Return what `words` does, of a text that many products share: publisher and series."""
    found, others = _repeated(text)
    compounds.update(others)
    return found


def forget() -> None:
    """Give back the memory of the words met so far (a whole catalogue's, after a rebuild)."""
    _piece.cache_clear()
    _repeated.cache_clear()


def significant(found: list[str]) -> list[str]:
    """Return the words that set titles apart, or all of them when none does (“La”, “The The”)."""
    return [word for word in found if word not in STOP_WORDS] or found

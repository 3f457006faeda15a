"""The words the demonstration is made of, read from the small files under `data/`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Noun:
    """A French noun: its gender decides the article and the form of its adjectives."""

    feminine: bool
    one: str
    many: str

    @property
    def the(self) -> str:
        """Return the noun with its definite article: `le phare`, `l’île`."""
        if _elides(self.one):
            return f"l’{self.one}"
        return f"{'la' if self.feminine else 'le'} {self.one}"

    @property
    def of_the(self) -> str:
        """Return the noun after *de*: `du phare`, `de la mer`."""
        return f"de {self.the}" if self.feminine or _elides(self.one) else f"du {self.one}"


@dataclass(frozen=True, slots=True)
class Adjective:
    """A French adjective in its four forms."""

    masculine: str
    feminine: str
    masculines: str
    feminines: str

    def one(self, noun: Noun) -> str:
        """Return the form that goes with one of these."""
        return self.feminine if noun.feminine else self.masculine

    def many(self, noun: Noun) -> str:
        """Return the form that goes with several of these."""
        return self.feminines if noun.feminine else self.masculines


def _elides(word: str) -> bool:
    return word[0] in "aeéèêiîouhâ" and not word.startswith("héron")


def rows(name: str) -> list[list[str]]:
    """Return the lines of a data file, cut at each `|`."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    return [line.split("|") for line in text.splitlines() if line]


@cache
def lines(section: str) -> tuple[str, ...]:
    """Return the lines of one section of `words.txt`."""
    text = (DATA / "words.txt").read_text(encoding="utf-8")
    body = text.split(f"[{section}]\n", 1)[1].split("\n[", 1)[0]
    return tuple(line for line in body.splitlines() if line)


@cache
def names(section: str) -> tuple[str, ...]:
    """Return the names of a section that holds several a line."""
    return tuple(name for line in lines(section) for name in line.split())


@cache
def nouns() -> tuple[Noun, ...]:
    """Return every noun of the lists."""
    return tuple(
        Noun(section == "feminine", *line.split())
        for section in ("masculine", "feminine")
        for line in lines(section)
    )


@cache
def adjectives() -> tuple[Adjective, ...]:
    """Return every adjective of the lists."""
    return tuple(Adjective(*line.split()) for line in lines("adjectives"))

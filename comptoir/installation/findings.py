"""What a look at an installation finds: one sentence each, with what to do."""

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """How much a finding counts: an error is mended before one goes on; a note is a fact."""

    ERROR = "✗"
    WARNING = "!"
    NOTE = "·"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and how much it counts."""

    weight: Weight
    sentence: str

    def __str__(self) -> str:
        return f"{self.weight.value} {self.sentence}"


def error(sentence: str) -> Finding:
    """Return what must be mended."""
    return Finding(Weight.ERROR, sentence)


def warning(sentence: str) -> Finding:
    """Return what one had better mend."""
    return Finding(Weight.WARNING, sentence)


def note(sentence: str) -> Finding:
    """Return a fact that one wants to know."""
    return Finding(Weight.NOTE, sentence)

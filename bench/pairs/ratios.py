"""The arithmetic of pairs: medians, how many times better, and whether that is slower."""

import math
from dataclasses import dataclass, field
from statistics import median

NO_SLOWER = 0.95
FEWEST_PAIRS = 5
_MORE_IS_BETTER = ("_per_s", "_per_cpu_s")
_LESS_IS_BETTER = ("_ms", "_mb")


def is_more_better(name: str) -> bool:
    """Return whether a larger figure of this name is the better one; its ending says it.

    Raises `ValueError` for a name that does not say it.
    """
    if name.endswith(_MORE_IS_BETTER):
        return True
    if name.endswith(_LESS_IS_BETTER):
        return False
    raise ValueError(f"whether more of {name} is better cannot be told from its name")


def order(pair: int) -> tuple[str, str]:
    """Return who goes first and who second in a pair: A B, B A, A B, …"""
    return ("after", "before") if pair % 2 else ("before", "after")


@dataclass
class Figure:
    """What each side reached, a value a pair; a side that has no such figure has no values.

    `judged`: whether it counts for itself. What one group of processes takes does not: work may
    move from one to another.
    """

    name: str
    judged: bool = True
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)

    @property
    def is_of_both(self) -> bool:
        """Whether there is something to compare."""
        return bool(self.before and self.after)

    @property
    def gain(self) -> float:
        """How many times better the present is, by the medians of the two."""
        return self._gain(median(self.before), median(self.after))

    @property
    def gains(self) -> list[float]:
        """How many times better the present is, in each pair."""
        return [self._gain(old, new) for old, new in zip(self.before, self.after, strict=True)]

    @property
    def is_slower(self) -> bool:
        """Whether there are pairs enough to say that the present is slower."""
        return self.verdict == "SLOWER"

    @property
    def verdict(self) -> str:
        """Return what the pairs say: no slower, slower, or that they are too few."""
        if len(self.before) < FEWEST_PAIRS:
            return f"fewer than {FEWEST_PAIRS} pairs"
        return "no slower" if self.gain >= NO_SLOWER else "SLOWER"

    def written(self) -> dict[str, float | None]:
        """Return what `var/bench.json` says: F, and F_before and F_gain where both have it.

        A gain over nothing is no number and is written as null.
        """
        if not self.is_of_both:
            known = {self.name: self.after, f"{self.name}_before": self.before}
            return {name: median(values) for name, values in known.items() if values}
        return {
            self.name: median(self.after),
            f"{self.name}_before": median(self.before),
            f"{self.name}_gain": self.gain if math.isfinite(self.gain) else None,
        }

    def _gain(self, before: float, after: float) -> float:
        better, worse = (after, before) if is_more_better(self.name) else (before, after)
        if better == worse:
            return 1.0
        return better / worse if worse else math.inf

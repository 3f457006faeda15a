"""Somebody who works out hidden counts from what is shown: two ways, neither that of the program.

`values` tries every table of whole numbers that agrees with all that is shown; `told_by_sums`
eliminates unknowns, exactly, in networks too large for that.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from fractions import Fraction

from comptoir.figures.suppression import Arc

Equation = tuple[dict[Hashable, int], int]


def equations(arcs: Mapping[Hashable, Arc], hidden: set[Hashable]) -> list[Equation]:
    """Return what is shown as sums over hidden counts: at each node, what comes in leaves it; at
    one where nothing comes in, or nothing leaves, the sum itself is shown."""
    ins, outs = defaultdict(list), defaultdict(list)
    for key, arc in arcs.items():
        outs[arc.start].append(key)
        ins[arc.end].append(key)
    found = []
    for node in {*ins, *outs}:
        terms: dict[Hashable, int] = {}
        for side, sign in ((ins, 1), (outs, -1)):
            for key in side[node]:
                if key in hidden:
                    terms[key] = sign
        if terms:
            # Of the true counts: whoever is shown the rest knows this number.
            found.append((terms, sum(sign * arcs[key].size for key, sign in terms.items())))
    return found


def values(arcs: Mapping[Hashable, Arc], hidden: set[Hashable], most: int = 40_000) -> dict:
    """Return which values each hidden count may have, two at most; `most` steps are tried."""
    least = 0 if any(not arcs[key].size for key in hidden) else 1
    system = equations(arcs, hidden)
    order = sorted(hidden, key=repr)
    of_key = defaultdict(list)
    for number, (terms, _sum) in enumerate(system):
        for key in terms:
            of_key[key].append(number)
    found: dict[Hashable, set[int]] = {}
    for wanted in order:
        found[wanted] = {arcs[wanted].size}
        for other in range(least, arcs[wanted].size + 30):
            if other not in found[wanted]:
                steps = [most // 10]
                if _solves(system, of_key, {wanted: other}, order, least, steps):
                    found[wanted].add(other)
                    break
    return found


def _solves(system, of_key, chosen, order, least, steps) -> bool:
    steps[0] -= 1
    if steps[0] < 0:
        raise RuntimeError("too large a table to try")
    for terms, total in system:
        rest = total - sum(sign * chosen[key] for key, sign in terms.items() if key in chosen)
        unknown = [sign for key, sign in terms.items() if key not in chosen]
        if not unknown and rest:
            return False
        if all(sign > 0 for sign in unknown) and rest < least * len(unknown):
            return False
        if all(sign < 0 for sign in unknown) and -rest < least * len(unknown):
            return False
    # What one equation leaves open alone is what is missing there.
    for terms, total in system:
        unknown = [key for key in terms if key not in chosen]
        if len(unknown) == 1:
            key = unknown[0]
            rest = total - sum(s * chosen[k] for k, s in terms.items() if k in chosen)
            value = rest * terms[key]
            return value >= least and _solves(
                system, of_key, chosen | {key: value}, order, least, steps
            )
    key = next((key for key in order if key not in chosen), None)
    if key is None:
        return True
    return any(
        _solves(system, of_key, chosen | {key: value}, order, least, steps)
        for value in range(least, least + 25)
    )


def told_by_sums(arcs: Mapping[Hashable, Arc], hidden: set[Hashable]) -> set[Hashable]:
    """Return the hidden counts that elimination tells, whatever their bounds."""
    rows = [
        ({key: Fraction(sign) for key, sign in terms.items()}, Fraction(total))
        for terms, total in equations(arcs, hidden)
    ]
    solved: list[tuple[Hashable, dict, Fraction]] = []
    while rows:
        terms, total = rows.pop()
        for pivot, other, sum_ in solved:
            if factor := terms.get(pivot):
                total -= factor * sum_
                for key, value in other.items():
                    terms[key] = terms.get(key, Fraction(0)) - factor * value
        terms = {key: value for key, value in terms.items() if value}
        if not terms:
            continue
        pivot = next(iter(terms))
        lead = terms[pivot]
        terms, total = {key: value / lead for key, value in terms.items()}, total / lead
        for number, (known, other, sum_) in enumerate(solved):
            if factor := other.get(pivot):
                mixed = {
                    key: other.get(key, Fraction(0)) - factor * terms.get(key, Fraction(0))
                    for key in {*other, *terms}
                }
                solved[number] = (
                    known,
                    {key: value for key, value in mixed.items() if value},
                    sum_ - factor * total,
                )
        solved.append((pivot, terms, total))
    return {pivot for pivot, terms, _sum in solved if len(terms) == 1}

"""How the simulated town lives, and what goes wrong with its files.

Every parameter with its reason:

- `slow`, `steady`, `best`: independents turn their stock three to five times a year. Nine titles in
  ten sell every three to eight months and stand there once; one in a hundred sells most days.
- `reserved`: one demand in five comes by the site, for the titles that sell, as they sell.
- `stolen`: 1 % of the stock a year (the trade says 0.5 to 1.5). Half a year's lies on the till's
  conscience when we begin, for shops take stock once a year.
- `misplaced`: 1 % of the copies stand where nobody looks, for twenty days each.
- `overlooked`: staff do not find 1.5 % of the copies that are there.
- `forgotten`: 3 % of what should be rung up is not, nor is it ever.
- `no_show`: 15 % of the reserved copies are not collected, and go back after three days.
- `corrected`: of what staff do not find, three in ten are corrected in the till that evening.
- `counted`: titles that somebody counts a day, by hand, into Comptoir.
- Faults of files: see `Faults`.
"""

from dataclasses import dataclass

DAY = 1440.0
OPENS, CLOSES = 9.5 * 60, 19 * 60.0


@dataclass(frozen=True)
class Faults:
    """What goes wrong on the way: shares of the tellings lost, late, doubled, cut short.

    `delay` and `late` are ranges of minutes.
    """

    lost: float
    late_share: float
    doubled: float
    cut: float
    delay: tuple[float, float]
    late: tuple[float, float]


# A nightly file fails once in two months, comes at noon or with the next one as often.
FAULTS = {
    "nightly": Faults(0.015, 0.02, 0.02, 0.004, (5, 240), (480, 1700)),
    "hourly": Faults(0.02, 0.02, 0.02, 0.001, (1, 10), (60, 200)),
    "delta": Faults(0.005, 0.02, 0.02, 0.0, (0.5, 5), (10, 120)),
    "live": Faults(0.003, 0.02, 0.02, 0.0, (0.02, 0.5), (1, 20)),
}
HABITS = ("at_collection", "end_of_day", "never")


@dataclass(frozen=True)
class Life:
    """How the town lives; shares, and rates a day."""

    titles: int = 600
    slow: tuple[float, float] = (1 / 240, 1 / 90)
    steady: tuple[float, float] = (0.02, 0.08)
    best: tuple[float, float] = (0.3, 1.5)
    reserved: float = 0.20
    by_popularity: bool = True
    stolen: float = 0.01
    misplaced: float = 0.01
    misplaced_days: float = 20
    overlooked: float = 0.015
    forgotten: float = 0.03
    no_show: float = 0.15
    corrected: float = 0.3
    counted: float = 1.0

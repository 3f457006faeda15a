"""A week as it is told in words, and how the specification of opening hours writes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = 24 * 60

Spans = tuple[tuple[int, int], ...]
"""Each opening and closing in minutes from midnight, apart and in order; one that ends after the
next midnight is later than 1440."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of a day: its hours; none where it is closed. `asked` says that one makes an
    appointment: for these hours, or for whatever hour where there are none."""

    spans: Spans = ()
    asked: bool = False

    @property
    def closed(self) -> bool:
        """Whether nobody is there."""
        return not (self.spans or self.asked)

    def text(self, words: str) -> str:
        """Return it as the specification writes it; `words` say that it is by appointment."""
        if self.closed:
            return "off"
        said = f'"{words}"' if self.asked else ""
        return " ".join(filter(None, [",".join(map(_span, self.spans)), said]))


CLOSED = Plan()


@dataclass(slots=True)
class Season:
    """The months or dates of a year in which other hours count: as the specification writes them,
    and what each day of a week then is."""

    text: str
    days: dict[int, Plan] = field(default_factory=dict)
    every: Plan | None = None


@dataclass(slots=True)
class Week:
    """The days of a week (0 is Monday) of which something is said; holidays; the first, … or last
    such day of each month; seasons; and whether one may ask for an appointment at other times."""

    days: dict[int, Plan] = field(default_factory=dict)
    holidays: Plan | None = None
    places: dict[tuple[int, int], Plan] = field(default_factory=dict)
    seasons: list[Season] = field(default_factory=list)
    otherwise_asked: bool = False

    def text(self, words: str) -> str:
        """Return the week as the specification writes it; `words` say what is by appointment.

        A day of which nothing is said, or that is closed, is not in the text: it is closed.
        """
        open_days = {day: plan for day, plan in self.days.items() if not plan.closed}
        rules = [*_rules(open_days, words)]
        for (day, place), plan in self.places.items():
            rules.append(f"{WEEKDAYS[day]}[{place}] {plan.text(words)}")
        for season in self.seasons:
            if season.every is not None:
                rules.append(f"{season.text} {season.every.text(words)}")
            rules += [f"{season.text} {rule}" for rule in _rules(season.days, words)]
        if self.holidays is not None:
            rules.append(f"PH {self.holidays.text(words)}")
        text = "; ".join(rules)
        if not self.otherwise_asked:
            return text
        return f'{text} || "{words}"' if text else f'"{words}"'


def written(days: Mapping[int, Plan], words: str = "sur rendez-vous") -> str:
    """Return the days of a week (0 is Monday) as the specification writes them; a day that is not
    among them, or closed, is closed."""
    return Week(days=dict(days)).text(words)


def _rules(days: Mapping[int, Plan], words: str) -> Iterable[str]:
    """Yield a rule for the days of each plan, in the order of the week."""
    for plan in dict.fromkeys(days[day] for day in sorted(days)):
        yield f"{_names([day for day in sorted(days) if days[day] == plan])} {plan.text(words)}"


def _names(days: Sequence[int]) -> str:
    """Return days in the order of the week: `Mo,We-Fr`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"
        for run in runs
    )


def _span(span: tuple[int, int]) -> str:
    opens, closes = span
    closes = closes - _DAY if closes > _DAY else closes
    return f"{_clock(opens)}-{_clock(closes)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"

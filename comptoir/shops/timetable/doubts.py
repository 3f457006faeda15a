"""What is doubtful about opening hours that can be read: what people mean otherwise than the
specification does is asked, what they may have overlooked is remarked on."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill
from comptoir.shops.timetable.holidays import names
from comptoir.shops.timetable.rules import Days, Joint, Rule, State, Timetable

_WEEK = [date(2026, 1, 5) + timedelta(days=ahead) for ahead in range(7)]
"""Any Monday to Sunday: what is no `special` day is the same every week."""

_PLACE = re.compile(r"\[.*?\]")

_BREAK = _(
    "Is “%(early)s; %(late)s” a day with a break? A semicolon makes the second replace the first: "
    "write “%(joined)s” if both hold, or leave out “%(early)s” if only the second does."
)
_NO_DAY = _(
    "“%(late)s” names no day, and would count on every day: write “%(joined)s” if both hold, or "
    "name the days of each."
)
_UNDONE = _(
    "“%(late)s” comes after “%(early)s” and replaces it on the days that both name: write "
    "“%(early)s” last if it should win."
)
_DEAD = _("“%(early)s” never counts: “%(late)s” replaces it.")


def question(rules: Sequence[Rule]) -> Message | None:
    """Return what to ask about the last of some rules, None where it is clear."""
    *before, late = rules
    if late.joint is Joint.FILLS or late.state is State.CLOSED:
        return None
    # `PH off; 10:00-18:00` opens on holidays again: no question, but a remark.
    adds = late.joint is Joint.ADDS
    named = [r for r in before if r.days.said and (adds or r.state is not State.CLOSED)]
    if not late.days.said and (named or not late.spans):
        return _ask(_NO_DAY, (named or before)[-1], late)
    torn = _torn(before, late) if late.joint is Joint.REPLACES else None
    return _ask(_BREAK, torn, late) if torn else None


def _ask(words: Message, early: Rule, late: Rule) -> Message:
    return fill(words, early=early.text, late=late.text, joined=_both(early, late))


def remarks(timetable: Timetable) -> list[Message]:
    """Return what somebody may have overlooked, in the order of the rules."""
    found: list[Message] = []
    for place, early in enumerate(timetable.rules):
        for late in timetable.rules[place + 1 :]:
            if not _replaces(late) or late.days.special:
                continue
            values = {"early": early.text, "late": late.text}
            if early.days.special and _weekdays(early.days) & _weekdays(late.days):
                found.append(fill(_UNDONE, **values))
            elif not early.days.special and _weekdays(early.days) <= _weekdays(late.days):
                found.append(fill(_DEAD, **values))
    return found


def _replaces(rule: Rule) -> bool:
    return rule.joint is Joint.REPLACES and rule.state is not State.CLOSED


def _both(early: Rule, late: Rule) -> str:
    """Return two rules written so that both hold."""
    if not late.spans:
        return f"{early.text}{Joint.FILLS.value}{late.text}"
    if late.text[-1].isdigit() and early.text[-1].isdigit() and late.named in ("", early.named):
        return f"{early.text},{late.text.removeprefix(late.named).strip()}"
    later = late.text if late.named else f"{early.named} {late.text}"
    return f"{early.text}{Joint.ADDS.value}{later}"


def _torn(before: Sequence[Rule], late: Rule) -> Rule | None:
    """Return the rule whose hours the last one replaces by others that have no minute in common
    with them, on some day of every week or on the very same days."""
    standing: dict[date, Rule] = {}
    for rule in before:
        if rule.joint is Joint.FILLS or (rule.days.special and rule.days != late.days):
            continue
        for day in _weekdays(rule.days):
            if rule.state is State.CLOSED and not rule.spans:
                standing.pop(day, None)
            elif rule.state is not State.CLOSED and rule.spans:
                standing[day] = rule
    if late.days.special:
        standing = {day: rule for day, rule in standing.items() if rule.days == late.days}
    for day in sorted(_weekdays(late.days) & standing.keys()):
        if late.spans and not _meet(standing[day], late):
            return standing[day]
    return None


def _meet(one: Rule, other: Rule) -> bool:
    """Return whether the hours of two rules have a minute in common."""
    return any(
        opens < other_closes and other_opens < closes
        for opens, closes in one.spans
        for other_opens, other_closes in other.spans
    )


def _weekdays(days: Days) -> set[date]:
    """Return the days of a week on which a rule may hold."""
    whichever = _PLACE.sub("", days.weekdays)
    if not whichever or "day" in whichever or (days.holidays and not days.both):
        return set(_WEEK)
    return {day for day in _WEEK if names(whichever, day)}

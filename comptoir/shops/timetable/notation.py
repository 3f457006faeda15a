"""Opening hours as OpenStreetMap writes them, read into rules, or refused with what to write.

The specification is https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification (0.7.4).
What it cannot say of a shop truly (a closing time that is open, the sun's, school holidays that no
calendar here knows) is refused, and so is what people mean otherwise than it does.
"""

from datetime import date
from typing import NoReturn

from django.utils.translation import gettext_lazy as _
from opening_hours import ParserError  # type: ignore[attr-defined]

from comptoir.core.errors import fill
from comptoir.shops.timetable.dates import offset_text, read_dates, read_offset
from comptoir.shops.timetable.doubts import question
from comptoir.shops.timetable.holidays import names
from comptoir.shops.timetable.rules import DAY, Days, Joint, Rule, State, Timetable, union
from comptoir.shops.timetable.tokens import Cursor, Token, Unread, plain, read_tokens

_ANY_DAY = date(2026, 1, 1)
_STATES = {
    "open": State.OPEN,
    "closed": State.CLOSED,
    "off": State.CLOSED,
    "unknown": State.BY_APPOINTMENT,
}
_SCHOOL = _(
    "“SH” is not taken: no calendar of school holidays is kept here. Write the dates, as in “Jul "
    "04-Aug 31 Tu-Sa 10:00-13:00”, or enter the days as exceptional closures."
)
_SUN = _("A shop keeps to the clock, not to the sun: write hours, as in “09:00-18:00”.")
_OPEN_END = _("The closing time is not said: write it, as in “%(opens)s-19:00”.")
_POINT = _("“%(opens)s” is when it opens; write when it closes too, as in “%(opens)s-19:00”.")
_REPEATED = _("A shop is open from one hour to another: write “%(span)s” without what follows.")
_SAME = _("It opens and closes at %(opens)s: write “00:00-24:00” for day and night.")
_TOO_LONG = _("“%(span)s” goes on for more than a day: write the hours of each day.")
_NO_HOURS = _(
    "“%(rule)s” says no hours: write them, as in “%(days)s 10:00-19:00”, or “off” if it is closed "
    "then."
)
_HOLIDAY_LAST = _(
    "Write “%(both)s” for those of these days that are holidays, or “%(either)s” for these days "
    "and the holidays."
)
_EITHER = _(
    "Is only %(last)s %(said)s, or %(hours)s as well? Write the days once more before %(last)s if "
    "it is only these hours, or leave out the blank behind the comma if it is all of them."
)
_FALLS = _(
    'Behind “||” stands what holds whenever the shop is not open, as in “|| "sur rendez-vous"”. '
    "Write hours behind “;” or “,”."
)


def read(text: str) -> Timetable:
    """Return opening hours as rules. Raises `Unread`, its place that in `plain(text)`."""
    cursor = Cursor(read_tokens(plain(text)))
    while cursor.accept("sign", ";"):
        pass
    rules = [_read_rule(cursor, Joint.REPLACES)]
    while joint := _read_joint(cursor):
        at = cursor.look().at
        rules.append(_read_rule(cursor, joint))
        if why := question(rules):
            raise Unread(at, why)
    return Timetable(tuple(rules))


def _read_joint(cursor: Cursor) -> Joint | None:
    """Step over what joins a rule to the next one; None at the end."""
    joint = None
    if cursor.accept("sign", "||"):
        return Joint.FILLS
    if cursor.accept("sign", ","):
        return Joint.ADDS
    while cursor.accept("sign", ";"):
        joint = Joint.REPLACES
    if cursor.sees("end"):
        return None
    return joint or cursor.refuse()


def _read_rule(cursor: Cursor, joint: Joint) -> Rule:
    start = cursor.look()
    always = cursor.accept("always")
    days, written = (Days(), "") if always else _read_days(cursor)
    times, blank = ([], False) if always else _read_times(cursor)
    state, comment, said = _read_state(cursor)
    text = " ".join(filter(None, ["24/7" if always else written, ",".join(times), said]))
    spans = [_minutes(span) for span in times]
    if always and state is State.OPEN:
        spans = [(0, DAY)]
    if cursor.look() is start:
        cursor.refuse()
    if state is State.OPEN and not spans:
        _refuse_hours(cursor, start, text, written)
    if joint is Joint.FILLS and state is State.OPEN:
        cursor.refuse(_FALLS, start)
    if blank and said and state is not State.OPEN:
        hours = ",".join(times[:-1])
        cursor.refuse(fill(_EITHER, last=times[-1], said=said, hours=hours), start)
    return Rule(text, written, joint, days, union(spans), state, comment)


def _refuse_hours(cursor: Cursor, start: Token, text: str, days: str) -> NoReturn:
    """Refuse a rule that names days and no hours, or where they should begin."""
    if not (cursor.sees("end") or cursor.look().text in (";", ",", "||")):
        cursor.refuse()
    cursor.refuse(fill(_NO_HOURS, rule=text, days=days or "Mo-Sa"), start)


def _read_days(cursor: Cursor) -> tuple[Days, str]:
    """Return the days that a rule names, and how they are written. Raises `Unread`."""
    start = cursor.look()
    dates = read_dates(cursor)
    if dates:
        cursor.accept("sign", ":")
    days, written = _read_weekdays(cursor, dates)
    if written:
        cursor.accept("sign", ":")
    try:
        for selector in filter(None, [days.dates, days.weekdays]):
            names(selector, _ANY_DAY)
    except ParserError as error:  # The library, which tells these days, reads less than this does.
        raise Unread(start.at) from error
    return days, " ".join(filter(None, [dates, written]))


def _read_weekdays(cursor: Cursor, dates: str) -> tuple[Days, str]:
    """Return days with the weekdays and holidays that follow, and how these are written."""
    holidays: list[int] = []
    weekdays: list[str] = []
    written, both = "", False
    while cursor.look().kind in ("weekday", "holiday"):
        if cursor.sees("holiday"):
            holidays.append(_read_holiday(cursor))
            written += f"PH{offset_text(holidays[-1])}"
        else:
            weekdays.append(_read_weekday(cursor))
            written += weekdays[-1]
        if cursor.sees("sign", ",") and cursor.look(1).kind in ("weekday", "holiday"):
            cursor.take()
            written += ","
            if both and cursor.sees("holiday"):
                cursor.refuse()
        elif cursor.sees("weekday") and not weekdays:
            both = True
            written += " "
        elif cursor.sees("holiday"):
            named = ",".join(weekdays)
            cursor.refuse(fill(_HOLIDAY_LAST, both=f"PH {named}", either=f"PH,{named}"))
        else:
            break
    return Days(dates, ",".join(weekdays), tuple(holidays), both), written


def _read_holiday(cursor: Cursor) -> int:
    token = cursor.take()
    if token.text == "SH":
        cursor.refuse(_SCHOOL, token)
    return read_offset(cursor)


def _read_weekday(cursor: Cursor) -> str:
    first = cursor.take().text
    if cursor.accept("sign", "-"):
        return f"{first}-{cursor.expect('weekday').text}"
    if not cursor.accept("sign", "["):
        return first
    places = [_read_place(cursor)]
    while cursor.accept("sign", ","):
        places.append(_read_place(cursor))
    cursor.expect("sign", "]")
    return f"{first}[{','.join(places)}]{offset_text(read_offset(cursor))}"


def _read_place(cursor: Cursor) -> str:
    """Return which one of a month's five weekdays is meant: `1`, `-1` or `1-2`."""
    minus = "-" if cursor.accept("sign", "-") else ""
    token = cursor.expect("number")
    last = ""
    if not minus and cursor.accept("sign", "-"):
        last = cursor.expect("number").text
    if token.text not in [*"12345"] or last not in ["", *"12345"] or "" < last < token.text:
        cursor.refuse(token=token)
    return f"{minus}{token.text}{f'-{last}' if last else ''}"


def _read_times(cursor: Cursor) -> tuple[list[str], bool]:
    """Return the hours of a rule, and whether a blank stands before the last of several."""
    found: list[str] = []
    spaced = False
    while cursor.sees("time") or cursor.sees("sun") or cursor.sees("sign", "("):
        spaced = bool(found) and cursor.look().spaced
        found.append(_read_span(cursor))
        if not (cursor.sees("sign", ",") and cursor.look(1).kind in ("time", "sun")):
            break
        cursor.take()
    return found, spaced


def _read_span(cursor: Cursor) -> str:
    """Return one opening and closing. Raises `Unread`."""
    if not cursor.sees("time"):
        cursor.refuse(_SUN)
    start = cursor.take()
    opens = _clock(cursor, start, 23)
    if cursor.sees("sign", "+"):
        cursor.refuse(fill(_OPEN_END, opens=opens), start)
    if not cursor.accept("sign", "-"):
        cursor.refuse(fill(_POINT, opens=opens), start)
    if cursor.sees("sun") or cursor.sees("sign", "("):
        cursor.refuse(_SUN)
    closes = _clock(cursor, cursor.expect("time"), 48)
    if opens == closes or (opens == "00:00" and closes == "48:00"):
        cursor.refuse(fill(_SAME, opens=opens), start)
    begins, ends = _minutes(f"{opens}-{closes}")
    if ends - begins >= DAY and (begins, ends) != (0, DAY):
        cursor.refuse(fill(_TOO_LONG, span=f"{opens}-{closes}"), start)
    if cursor.sees("sign", "+"):
        cursor.refuse(fill(_OPEN_END, opens=opens), start)
    if cursor.sees("sign", "/") and cursor.look(1).kind in ("time", "number"):
        cursor.refuse(fill(_REPEATED, span=f"{opens}-{closes}"), start)
    return f"{opens}-{closes}"


def _clock(cursor: Cursor, token: Token, last_hour: int) -> str:
    """Return a time with two digits for its hour."""
    hour, _colon, minute = token.text.partition(":")
    if int(hour) > last_hour or (last_hour == 48 and f"{hour}:{minute}" > "48:00"):
        cursor.refuse(token=token)
    return f"{int(hour):02}:{minute}"


def _minutes(span: str) -> tuple[int, int]:
    """Return a span in minutes from midnight; one that ends before it begins ends a day later."""
    opens, closes = (int(hour) * 60 + int(minute) for hour, minute in _clocks(span))
    return opens, closes if closes > opens else closes + DAY


def _clocks(span: str) -> list[tuple[str, str]]:
    return [(clock[:2], clock[3:]) for clock in span.split("-")]


def _read_state(cursor: Cursor) -> tuple[State, str, str]:
    """Return what a rule says of its hours, its comment, and both as they are written."""
    word = cursor.accept("state")
    token = cursor.accept("comment")
    if token and not token.text:
        cursor.refuse(token=token)
    comment = token.text if token else ""
    quoted = f'"{comment}"' if comment else ""
    if word is None:
        return (State.BY_APPOINTMENT if comment else State.OPEN), comment, quoted
    return _STATES[word.text], comment, f"{word.text} {quoted}".strip()

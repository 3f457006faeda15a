"""Weeks written in French in many ways are read back as they were; what is added to a text, or
taken from it, never changes them in silence."""

import re

from hypothesis import given
from hypothesis import strategies as st

from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.plan import CLOSED, Plan, written
from comptoir.shops.timetable.words import read_words
from tests.shops.test_notation import week

NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")

HOURS = st.integers(min_value=7 * 4, max_value=22 * 4 - 1)


@st.composite
def plans(draw):
    """A day: one opening and closing, or two with a break."""
    count = draw(st.sampled_from((2, 2, 4)))
    moments = sorted(draw(st.lists(HOURS, min_size=count, max_size=count, unique=True)))
    minutes = [moment * 15 for moment in moments]
    return Plan(tuple(zip(minutes[::2], minutes[1::2], strict=True)))


@st.composite
def weeks(draw):
    """A week of runs of days, each open in its own way or closed; some day is open."""
    days = [draw(st.one_of(st.just(CLOSED), plans())) for _each in range(3)]
    turns = [draw(st.integers(min_value=0, max_value=2)) for _day in NAMES]
    found = {day: days[turn] for day, turn in enumerate(turns)}
    return found if any(not plan.closed for plan in found.values()) else {0: draw(plans())}


@st.composite
def ways(draw):
    """How somebody writes: names of days, ranges, times, what stands between."""
    return {
        "names": draw(st.sampled_from((NAMES, SHORT, tuple(n.capitalize() for n in NAMES)))),
        "range": draw(
            st.sampled_from(("{} au {}", "du {} au {}", "{}-{}", "{} – {}", "de {} à {}"))
        ),
        "span": draw(st.sampled_from(("{}-{}", "de {} à {}", "{} – {}", "{} à {}", "{}/{}"))),
        "time": draw(st.sampled_from(("h", ":", " h ", "heures"))),
        "break": draw(st.sampled_from((" et ", ", ", " / ", " puis "))),
        "after": draw(st.sampled_from((" ", " : ", ", ", ": "))),
        "joint": draw(st.sampled_from((", ", " ; ", ". ", "\n", " et ", " / ", " • "))),
        "closed": draw(st.sampled_from(("", "{} fermé", "fermé le {}", "{} : fermé", "Fermé {}"))),
    }


def clock(minutes, how):
    hour, minute = divmod(minutes, 60)
    if how == ":":
        return f"{hour}:{minute:02}"
    if how == " h ":
        return f"{hour} h" if minute == 0 else f"{hour}h{minute:02}"
    return f"{hour}{how}" if minute == 0 else f"{hour}h{minute:02}"


def runs(days):
    """The days of a week in runs of the same hours."""
    found = []
    for day, plan in sorted(days.items()):
        if found and found[-1][1] == plan and found[-1][0][-1] == day - 1:
            found[-1][0].append(day)
        else:
            found.append(([day], plan))
    return found


def said(days, way):
    """A week as somebody writes it."""
    sentences = []
    between = way["break"] if way["span"] != "{}/{}" or way["break"] != " / " else ", "
    for run, plan in runs(days):
        first, last = way["names"][run[0]], way["names"][run[-1]]
        named = first if len(run) == 1 else way["range"].format(first, last)
        if plan.closed:
            if way["closed"]:
                sentences.append(way["closed"].format(named))
            continue
        spans = [
            way["span"].format(clock(opens, way["time"]), clock(closes, way["time"]))
            for opens, closes in plan.spans
        ]
        sentences.append(f"{named}{way['after']}{between.join(spans)}")
    return way["joint"].join(sentences)


@given(weeks(), ways())
def test_a_week_written_in_words_is_read_back_or_refused(days, way):
    """Where the notes are joined so that one cannot tell a list from a sentence, it is refused."""
    text = said(days, way)
    reading = read_words(text)
    if reading.hours:
        assert week(reading.hours) == week(written(days)), text
    else:
        assert way["closed"] in ("fermé le {}", "Fermé {}") or way["joint"] in (" et ", " / "), text


@given(weeks(), ways())
def test_what_is_parted_by_points_is_always_read(days, way):
    text = said(days, {**way, "joint": ". ", "after": " "})
    assert week(read_words(text).hours) == week(written(days)), text


STRANGE = (
    *("sauf", "environ", "parfois", "pas", "non", "un sur deux", "semaines paires", "sauf été"),
    *("vacances", "ou", "à partir de", "jusqu'à", "fermé", "et", "au", "à", "matin", "le soir"),
    *(",", "/", "-", "1", "2026", "août", "mardi", "19h", "midi", "en continu", "sur rendez-vous"),
)
TEXTS = (
    "du mardi au samedi de 10h à 19h, fermé le lundi",
    "lundi 14h-19h ; mardi au samedi 9h30-12h et 14h-19h",
    "mardi, jeudi et samedi : 10h-12h / 14h-18h. Fermé les jours fériés.",
    "tous les jours sauf le dimanche de 10h à 19h",
    "lundi au samedi 9h-12h 14h-19h, fermé le lundi matin",
    "mercredi et samedi 10h-19h, et sur rendez-vous",
)
MEANT = {
    "sauf", "fermé", "fermés", "matin", "sur", "rendez-vous", "jours", "fériés", "tous", "les",
    *NAMES,
}  # fmt: skip
"""Words without which a text says something else, and says it clearly; so do whole hours."""


@given(st.sampled_from(TEXTS), st.integers(min_value=0, max_value=30), st.sampled_from(STRANGE))
def test_a_word_that_is_added_is_never_passed_over(text, at, word):
    """A text with one more word is refused; or the word says the same again; or what it says is
    what it says alone: it names a day, an hour, or a state, and the text is read with it."""
    words = text.split(" ")
    place = at % (len(words) + 1)
    changed = " ".join((*words[:place], word, *words[place:]))
    before, after = read_words(text).hours, read_words(changed).hours
    assert before
    if after and after != before:
        assert word in SAYS, changed


SAYS = {"fermé", "mardi", "matin", "sur rendez-vous", "août", "sauf", "et", "au", "à", ",", "-"}


@given(st.sampled_from(TEXTS), st.integers(min_value=0, max_value=30))
def test_a_joint_that_is_lost_is_never_made_up(text, at):
    """Without `au`, `et`, `à` or an hour, a text is refused or says the same."""
    words = text.split(" ")
    place = at % len(words)
    lost = re.sub(r"[^\w’'-]", "", words[place])
    if lost.lower() in MEANT or re.search(r"\dh?-\d", lost):
        return
    after = read_words(" ".join((*words[:place], *words[place + 1 :]))).hours
    assert not after or str(read(after)) == str(read(read_words(text).hours)), (text, lost)

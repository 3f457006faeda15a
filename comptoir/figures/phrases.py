"""Figures in sentences, and what columns are called."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from comptoir.core.errors import Message
from comptoir.figures.facts import STEPS
from comptoir.figures.reads import Unmet
from comptoir.figures.suppression import LEAST
from comptoir.figures.tables import Line, Period, Table

HEADINGS: dict[str, Message] = {
    "placed": gettext_lazy("Reservations"),
    "here": gettext_lazy("Under our address"),
    "collected": pgettext_lazy("figures", "Collected"),
    "not_found": gettext_lazy("Not on the shelf"),
    "lapsed": gettext_lazy("Cancelled or not collected"),
    "unconfirmed": gettext_lazy("Never confirmed"),
    "open": gettext_lazy("Still open"),
    "answered": gettext_lazy("Answered"),
    "unanswered": gettext_lazy("Never answered"),
    "newcomers": gettext_lazy("First-time readers, at most"),
    "copies": gettext_lazy("Copies collected"),
    "cents": gettext_lazy("Worth (€)"),
    "share": gettext_lazy("Share collected"),
    "answer": gettext_lazy("Half answered"),
    "set_aside": gettext_lazy("Half set aside"),
}
RATES = ("share", "answer", "set_aside")
AXES: dict[str, Message] = {
    "month": gettext_lazy("Month"),
    "town": gettext_lazy("Town"),
    "shop": gettext_lazy("Shop"),
}


def number(count: int) -> str:
    """Return a number as the language writes it."""
    return number_format(count, force_grouping=True)


def euros(cents: int) -> str:
    """Return an amount in whole euros."""
    return number(round(cents / 100))


def when(period: Period) -> str:
    """Return when a period is, to begin a sentence."""
    if period.whole:
        return _("In %(year)s") % {"year": period.year}
    first, last = (
        date_format(date(period.year, month, 1), "F Y") for month in (period.first, period.last)
    )
    if period.first == period.last:
        return _("In %(month)s") % {"month": first}
    return _("Between %(first)s and %(last)s") % {"first": first, "last": last}


def within(step: int) -> str:
    """Return how long something took, at most, by its step."""
    if step >= len(STEPS):
        return _("in more than %(time)s of opening") % {"time": _time(STEPS[-1])}
    return _("within %(time)s of opening") % {"time": _time(STEPS[step])}


def _briefly(step: int) -> str:
    longer = step >= len(STEPS)
    return f"{'>' if longer else '≤'} {_time(STEPS[-1] if longer else STEPS[step])}"


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    if not rest:
        return _("%(n)s h") % {"n": hours}
    return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}


def sentences(line: Line, period: Period) -> Iterator[str]:
    """Yield what there is to say of a period, the most important first; of what is hidden,
    nothing."""
    placed = line.counts.get("placed")
    if placed is None:
        return
    yield _of_placed(line, placed, when(period))
    counts = line.counts
    if here := counts.get("here"):
        told = ngettext(
            "%(n)s of them was made under the address of the network itself.",
            "%(n)s of them were made under the address of the network itself.",
            here,
        )
        yield told % {"n": number(here)}
    if line.set_aside is not None:
        told = _("Of what readers reserve by themselves, half is set aside %(within)s.")
        yield told % {"within": within(line.set_aside)}
    if line.answer is not None:
        told = _("Half is answered %(within)s.")
        yield told % {"within": within(line.answer)}
    silent = counts.get("unanswered")
    if silent == 0 and counts.get("answered"):
        yield _("None ended without an answer.")
    elif silent:
        told = ngettext(
            "%(n)s reservation ended without an answer.",
            "%(n)s reservations ended without an answer.",
            silent,
        )
        yield told % {"n": number(silent)}
    if new := counts.get("newcomers"):
        told = ngettext(
            "At most %(n)s reader reserved for the first time.",
            "At most %(n)s readers reserved for the first time.",
            new,
        )
        yield told % {"n": number(new)}
    copies, cents = counts.get("copies"), counts.get("cents")
    if copies and cents:
        told = ngettext(
            "%(n)s copy was collected, worth €%(euros)s.",
            "%(n)s copies were collected, worth €%(euros)s.",
            copies,
        )
        yield told % {"n": number(copies), "euros": euros(cents)}


def _of_placed(line: Line, placed: int, told_when: str) -> str:
    known = {"when": told_when, "n": number(placed), "share": line.share}
    if line.share is None:
        return ngettext("%(when)s, %(n)s reservation.", "%(when)s, %(n)s reservations.", placed) % (
            known
        )
    told = ngettext(
        "%(when)s, %(n)s reservation; %(share)s%% of those that ended were collected.",
        "%(when)s, %(n)s reservations; %(share)s%% of those that ended were collected.",
        placed,
    )
    return told % known


def of_unmet(unmet: Unmet) -> str:
    """Return in a sentence how often readers asked in vain; empty where that is hidden."""
    if unmet.times < LEAST:
        return ""
    told = ngettext(
        "Readers asked %(times)s times for %(n)s title that nobody within 30 km had.",
        "Readers asked %(times)s times for %(n)s titles that nobody within 30 km had.",
        unmet.products,
    )
    return told % {"times": number(unmet.times), "n": number(unmet.products)}


def cell(line: Line, name: str) -> str:
    """Return what stands in a cell: an ellipsis where the count is hidden."""
    if name == "share":
        return "–" if line.share is None else _("%(n)s%%") % {"n": line.share}
    if name in {"answer", "set_aside"}:
        step = line.answer if name == "answer" else line.set_aside
        return "–" if step is None else _briefly(step)
    count = line.counts.get(name)
    if count is None:
        return "…"
    return euros(count) if name == "cents" else number(count)


def headings(table: Table) -> list[str]:
    """Return what the columns of a table are called, the lines' own first."""
    return [str(AXES[table.axis]), *(str(HEADINGS[name]) for name in columns(table))]


def columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a table: its counts, and the rates where there is more than one."""
    return (*table.names, *RATES) if len(table.names) > 1 else table.names


def rows(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines of a table, the sum last: what each is about, and its cells in words."""
    lines = [*table.lines, table.total] if len(table.lines) > 1 else table.lines
    for line in lines:
        yield line.label, [cell(line, name) for name in columns(table)]


def definitions() -> Iterator[tuple[str, str]]:
    """Yield what is meant by each word of the figures: the word, and how it is counted."""
    yield (
        str(HEADINGS["placed"]),
        _(
            "What members took in while they were members, whatever address it came by, on the day"
            " on which it was placed, by the clock of the shop. It counts where its shop is now."
        ),
    )
    yield (
        _("Under the network's address"),
        _("Of these, what was reserved at the address of the network itself."),
    )
    yield (
        str(HEADINGS["share"]),
        _(
            "Of the reservations that have ended, those that were collected. Those that nobody"
            " confirmed are left out; those that a shop did not find, that were cancelled or not"
            " fetched in time count as not collected."
        ),
    )
    yield (
        _("Half answered, half set aside"),
        _(
            "From the moment at which a reader had placed and confirmed a reservation, the opening"
            " time of the shop until it answered in any way, or had set it aside. Half took no"
            " longer. What staff entered themselves is left out."
        ),
    )
    yield (
        str(HEADINGS["unanswered"]),
        _("What ended because its time was over, without a sign of the shop."),
    )
    yield (
        str(HEADINGS["newcomers"]),
        _(
            "Readers who confirmed an address, whose browser nobody had confirmed before, and of"
            " whom no earlier reservation was on record. Personal data are erased soon after a"
            " reservation has ended, so a reader who comes back after months by another browser"
            " counts again: it is a bound, and no less. Nothing is kept to know more."
        ),
    )
    yield (
        _("Asked for in vain"),
        _(
            "Titles whose page was opened by readers who had named a place near a member, when no"
            " shop within 30 km of that place had them; at most once a day for each connection."
        ),
    )
    told = ngettext(
        "Counts from 1 to %(most)s, and others by which they could be worked out. Shops, towns and"
        " months with fewer than %(n)s reservations are shown together with others.",
        "Counts from 1 to %(most)s, and others by which they could be worked out. Shops, towns and"
        " months with fewer than %(n)s reservations are shown together with others.",
        LEAST,
    )
    yield _("What is hidden"), told % {"most": LEAST - 1, "n": LEAST}

"""The audit and the quality list as tables for a spreadsheet."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from comptoir.core.sheet import sheet_blocks
from comptoir.oversight.audit import Line
from comptoir.oversight.faults import ADVICE
from comptoir.oversight.quality import Checked

Row = list[object]


def audit_blocks(lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the audit as CSV while it is read, no cell a formula: day and time where the network
    is, who, what, about what, shop, reason."""
    return sheet_blocks(_audit_rows(lines))


def quality_blocks(checked: Iterable[Checked]) -> Iterator[bytes]:
    """Yield the quality list as CSV: a row for each fault of a shop."""
    return sheet_blocks(_quality_rows(checked))


def _audit_rows(lines: Iterable[Line]) -> Iterator[Row]:
    zone = ZoneInfo(settings.TIME_ZONE)
    yield [
        _("When"),
        _("Who"),
        _("What"),
        _("About"),
        _("Shop"),
        _("Reason given"),
        _("Code of the deed"),
    ]
    for line in lines:
        yield [
            f"{line.entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            *(line.who, line.deed, line.about),
            line.shop.name if line.shop else "",
            *(line.entry.reason, line.entry.deed),
        ]


def _quality_rows(checked: Iterable[Checked]) -> Iterator[Row]:
    yield [_("Shop"), _("Town"), _("What is wrong"), _("What to do"), _("Asked on")]
    for each in checked:
        for fault in each.faults:
            asked = each.asked.get(fault)
            day = asked.date().isoformat() if asked else ""
            shop = each.shop
            yield [shop.name, shop.city, str(fault.label), str(ADVICE[fault]), day]

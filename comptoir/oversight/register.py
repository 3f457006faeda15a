"""The register of processing (Regulation (EU) 2016/679, article 30), filled from the table of what
is kept: nobody writes it twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.core.retention.walk import Row, rows_by_package

_READERS, _STAFF, _SHOPS = _("readers"), _("those who work here"), _("shops")
_NOBODY = _("nobody else")


@dataclass(frozen=True, slots=True)
class Activity:
    """What one package does with data of people: its name, whose data, who is told."""

    name: Message
    persons: Message
    recipients: Message


ACTIVITIES: Mapping[str, Activity] = {
    "core": Activity(_("Running the site"), _READERS, _NOBODY),
    "accounts": Activity(_("Accounts, and who did what"), _STAFF, _("their shop, their network")),
    "networks": Activity(_("The network’s office"), _STAFF, _("their network, its members")),
    "notifications": Activity(_("Mails"), _("all who get one"), _("who sends mail for this site")),
    "shops": Activity(_("The directory and its people"), _STAFF, _("the public, their network")),
    "events": Activity(_("Windows of shops"), _("booksellers, guests"), _("the public")),
    "stock": Activity(_("Stock, tills, photos of copies"), _STAFF, _("their shop")),
    "quotes": Activity(_("Prices of what is posted"), _STAFF, _("their shop")),
    "releases": Activity(_("Release days"), _STAFF, _("their shop, their network")),
    "orders": Activity(_("Reservations and orders"), _READERS, _("the shop that was chosen")),
    "post": Activity(_("Parcels"), _READERS, _("the shop, its carrier")),
    "payments": Activity(_("Payments"), _READERS, _("the shop, its payment provider")),
    "draws": Activity(_("Draws"), _READERS, _("the shop that draws")),
    "purchases": Activity(_("Orders to suppliers"), _STAFF, _("the shop, its suppliers")),
    "exchanges": Activity(_("Between shops"), _STAFF, _("the two shops")),
    "terms": Activity(_("Conditions and legal notices of shops"), _STAFF, _("the public")),
    "withdrawals": Activity(_("Withdrawals from orders"), _READERS, _("the shop that was chosen")),
    "papers": Activity(_("Invoices"), _READERS, _("the buyer, the shop, its accountant")),
    "alerts": Activity(_("Alerts of readers"), _READERS, _NOBODY),
    "archives": Activity(_("Exports and directories as files"), _STAFF, _("the owner of the shop")),
    "contracts": Activity(_("File of contracts"), _READERS, _("the buyer, the shop")),
    "webhooks": Activity(_("Programs of shops"), _STAFF, _("the program that the shop named")),
}
"""By the label of the package. A test holds that none is missing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity of the register with its rows of the table."""

    activity: Activity
    rows: list[Row]


def entries() -> list[Entry]:
    """Return the register, activity by activity."""
    return [
        Entry(ACTIVITIES[label], rows) for label, rows in rows_by_package() if label in ACTIVITIES
    ]


def lines() -> Iterator[list[object]]:
    """Yield the register as lines of a table, the headings first."""
    yield [
        *(gettext("Activity"), gettext("Whose data"), gettext("Data"), gettext("Purpose")),
        *(gettext("Recipients"), gettext("Until when")),
    ]
    for entry in entries():
        about = entry.activity
        for row in entry.rows:
            yield [
                *(str(about.name), str(about.persons), row.what, row.why),
                *(str(about.recipients), row.until),
            ]

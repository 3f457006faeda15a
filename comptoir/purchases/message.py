"""A purchase as Dilicom's flat text message, for shops whose subscription takes orders as files.

Dilicom gives its layout to subscribers alone. What stands here are facts of two public programs
that write it: Abelujo (`search/dilicom_command.py` of github.com/vindarel/abelujo, AGPL, 2021:
names, widths, which GLN is whose, what Q counts) and a module for Odoo that sends `purchase_order`
files by SFTP (the same records, a line end after the last one too). They differ in two things: the
width of a quantity (6 digits in Abelujo, which calls that the layout's; 5 in the other) and a
record G, which Abelujo leaves out as optional. This follows Abelujo in both. Nobody has tried a
file of ours at Dilicom: the first one is to be looked at there.

A record a line, ASCII, ended by LF; a letter, then its place in the file in four digits:

- `A0001`, the GLN (13) of who receives the order: the supplier, or Dilicom itself, which passes
  it on;
- `B0002`, the GLN (13) of who orders: the shop;
- `C0003`, the number of the order, which must not come again within a year (here the purchase's, in
  six digits at least);
- `D0004`, its day, YYYYMMDD;
- `E0005`, how it is sent and noted: `090`, both as agreed when the account was opened;
- `L`, from 0006 on, a title: its EAN (13), how many copies (6, with leading zeros);
- `Q`, the last: its own place is the number of records from A to Q.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from comptoir.purchases.errors import MessageLacks
from comptoir.purchases.export import Row
from comptoir.purchases.kinds import Lack
from comptoir.purchases.models import Purchase

LINE_END = "\n"
AS_AGREED = "090"
MOST_RECORDS, MOST_COPIES = 9_999, 999_999


def lacks(purchase: Purchase, rows: Sequence[Row], own_gln: str) -> list[Lack]:
    """Return what is missing for the message of a purchase; nothing, if it can be written."""
    named = [row for row in rows if row.product.ean]
    too_much = any(row.copies > MOST_COPIES for row in named)
    found = {
        Lack.OWN_GLN: not own_gln,
        Lack.SUPPLIER_GLN: not purchase.supplier.gln,
        Lack.EAN: not named,
        Lack.ROOM: too_much or len(_head(purchase, own_gln)) + len(named) + 1 > MOST_RECORDS,
    }
    return [lack for lack, is_so in found.items() if is_so]


def dilicom_message(purchase: Purchase, rows: Sequence[Row], own_gln: str) -> bytes:
    """Return the message of a purchase; a title without an EAN cannot be in it
    (`export.without_ean`). Raises `MessageLacks` where something is missing (`lacks`)."""
    if missing := lacks(purchase, rows, own_gln):
        raise MessageLacks(missing)
    records = _head(purchase, own_gln)
    records += [("L", f"{row.product.ean}{row.copies:06}") for row in rows if row.product.ean]
    records.append(("Q", ""))
    lines = [f"{name}{place:04}{said}" for place, (name, said) in enumerate(records, 1)]
    return "".join(line + LINE_END for line in lines).encode("ascii")


def _head(purchase: Purchase, own_gln: str) -> list[tuple[str, str]]:
    day = purchase.sent_at.astimezone(ZoneInfo(purchase.shop.time_zone))
    return [
        ("A", purchase.supplier.gln),
        ("B", own_gln),
        ("C", f"{purchase.number:06}"),
        ("D", f"{day:%Y%m%d}"),
        ("E", AS_AGREED),
    ]

"""The verbs of quotes: what a shop asks for parcels, and which price of a book holds."""

from comptoir.quotes.operations.decisions import decide_price
from comptoir.quotes.operations.tariffs import (
    BandSaid,
    TariffSaid,
    remove_tariff,
    write_tariff,
)

__all__ = [
    "BandSaid",
    "TariffSaid",
    "decide_price",
    "remove_tariff",
    "write_tariff",
]

"""What papers of parcels show, as plain values: no paper reads the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from comptoir.core.pdf.letters import is_printable
from comptoir.orders.postal.countries import country_name


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address: whose, the lines of street and more, the country by two letters."""

    name: str
    lines: Sequence[str]
    postcode: str
    city: str
    country: str

    def written(self, *, home: str = "FR") -> list[str]:
        """Return its lines as the post reads them (NF Z 10-011, UPU S42): the town in capitals, the
        country only where a parcel leaves its own."""
        last = f"{self.postcode} {self.city}".strip().upper()
        lines = [self.name, *self.lines, last]
        if self.country != home:
            lines.append(country_name(self.country).upper())
        return [line for line in lines if line.strip()]

    @property
    def is_printable(self) -> bool:
        """Whether the fonts of papers have all of its letters."""
        return all(map(is_printable, (self.name, *self.lines, self.postcode, self.city)))


@dataclass(frozen=True, slots=True)
class Piece:
    """Copies of a title in a parcel, in words; `condition` is empty for new ones."""

    title: str
    quantity: int
    byline: str = ""
    number: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class ParcelPaper:
    """What a parcel's slip and label show: from whom, to whom, the order's eight digits and day (in
    words), what is inside, and sentences about the rest of the order. `phone` and `email` are the
    shop's."""

    sender: Address
    to: Address
    code: str
    placed: str
    pieces: Sequence[Piece]
    remarks: Sequence[str] = ()
    phone: str = ""
    email: str = ""
    place: str = ""
    """Which parcel of the order this is, in words; empty where it is the only one."""

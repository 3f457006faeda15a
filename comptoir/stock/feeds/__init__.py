"""The files that tills write. A format is one module with a `read` and one line here."""

from typing import BinaryIO, Protocol

from comptoir.stock.feeds import asc, csv
from comptoir.stock.feeds.lines import FeedFile
from comptoir.stock.models import FeedFormat


class Reader(Protocol):
    """Reads a file of one format."""

    def __call__(self, stream: BinaryIO, *, shop_code: str = "") -> FeedFile:
        """Return what the file says; raise `Invalid` when it is not of this format at all."""
        ...


READERS: dict[FeedFormat, Reader] = {
    FeedFormat.ASC: asc.read,
    FeedFormat.CSV: csv.read,
}

"""Reading lines of text from a document that is not trusted to have any."""

from collections.abc import Iterator

from comptoir.catalogue.sources.document import Document

LONGEST_LINE = 1_000_000


def read_lines(document: Document) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line's number and bytes, or None for one above a million bytes.

    A longer line is skipped without ever being held.
    """
    number = 0
    while line := document.stream.readline(LONGEST_LINE):
        number += 1
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = document.stream.readline(LONGEST_LINE)
        yield number, None

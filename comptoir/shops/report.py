"""What the report of an import of shops tells of each row that was refused."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """A row that was not taken: its line in the file, the column at fault if one is, the reason.

    Its fields are the columns of the report.
    """

    line: int
    column: str
    code: str
    reason: str

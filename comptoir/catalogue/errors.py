"""Errors of the catalogue that carry data of their own."""

from typing import Any

from comptoir.core.errors import Invalid, Message


class BadFile(Invalid):
    """A file cannot be read, or cannot be read further. What was read before it is kept.

    `summary` is what was taken up to there, when the import had begun.
    """

    def __init__(self, code: str, message: Message, **data: Any) -> None:  # noqa: ANN401
        super().__init__(code, message, **data)
        self.summary: Any = None


class BadRecord(Invalid):
    """One record cannot be taken; the others of its file can."""

"""The errors a business verb may raise.

Each carries a stable code (for programs), a translatable message (for people) and the data that
explains it. The HTML pages, the API and the command line each turn them into their own words; none
of them invents another.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise, lazy

Message = str | Promise


def fill(message: Message, **values: object) -> Message:
    """Return a message with its values (`%(name)s`), put into words only when it is shown.

    `%` would do it at once, in the language of whoever raises the error: the gathering thread has
    none. A value that is lazy itself stays so.
    """
    return _filled(message, values)


def _fill(message: Message, values: dict[str, object]) -> str:
    return str(message) % values


_filled = lazy(_fill, str)


class DomainError(Exception):
    """What the domain refuses, in words on which a person can act.

    `code` is stable and part of the API; `message` names what, where and what to do, in the
    reader's language; `data` holds values that JSON can carry.
    """

    def __init__(self, code: str, message: Message, **data: Any) -> None:  # noqa: ANN401
        super().__init__(code)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """There is no such thing, or the actor may not know that there is."""


class Forbidden(DomainError):
    """The actor is known and may see the thing, but may not do this to it."""


class Conflict(DomainError):
    """The request was right, but the state has moved: a copy has gone, a status has changed."""


class Invalid(DomainError):
    """The request itself is wrong: the message names the field and the cure."""


class Faults(Invalid):
    """All that is wrong with a request, in the order of its form and at most one a field.

    Its code, message and data are those of the first, for whoever shows one fault at a time.
    """

    def __init__(self, faults: Sequence[Invalid]) -> None:
        first = faults[0]
        super().__init__(first.code, first.message, **first.data)
        self.faults = tuple(faults)


def invalid(field: str, message: Message) -> Invalid:
    """Return the refusal of one field of a request."""
    return Invalid(f"bad_{field}", message, field=field)

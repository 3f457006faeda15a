"""What a neighbour's JSON may say of a thing, field by field: what cannot be understood is absent.

An answer comes from elsewhere, perhaps from another program. A text where a number belongs, a price
of zero, a moment without an offset or in the future, a link to another site: none of them is taken
for something else. Absent is never zero.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError, WrapValidator
from pydantic import ValidatorFunctionWrapHandler as Handler

from comptoir.core.text import one_line

Model = TypeVar("Model", bound=BaseModel)

MOST_CENTS = 10_000_000
MOST_COPIES = 100_000
LONGEST_LINK = 500
_PORTS = {"https": 443, "http": 80}
_OBJECT = TypeAdapter(dict[str, Any])


def _or_absent(value: object, handler: Handler) -> Any:  # noqa: ANN401 - of whatever field it is
    try:
        return handler(value)
    except ValidationError:
        return None


def _cut(longest: int) -> AfterValidator:
    # `one_line` leaves out what is not printable: marks that turn the direction of a page's text.
    return AfterValidator(lambda text: one_line(text)[:longest])


_ABSENT = WrapValidator(_or_absent)
_OrNothing = WrapValidator(lambda value, handler: _or_absent(value, handler) or "")
Name = Annotated[str, Field(strict=True, max_length=2_000), _cut(200)]
Words = Annotated[Name, _OrNothing]
"""A text on one line, of at most 200 characters; "" where it is none."""
Cents = Annotated[Annotated[int, Field(strict=True, gt=0, le=MOST_CENTS)] | None, _ABSENT]
"""A price in whole cents of euro; nothing costs nothing."""
Count = Annotated[Annotated[int, Field(strict=True, le=MOST_COPIES)] | None, _ABSENT]
Flag = Annotated[Annotated[bool, Field(strict=True)] | None, _ABSENT]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
PerhapsLatitude = Annotated[Latitude | None, _ABSENT]
PerhapsLongitude = Annotated[Longitude | None, _ABSENT]
Things = Annotated[
    list[Any], WrapValidator(lambda value, handler: _or_absent(value, handler) or [])
]
"""A list, of which each is looked at by itself; empty where it is none."""


def read_object(content: bytes) -> Mapping[str, Any]:
    """Return the object that a JSON text is. Raises `ValueError`, also for one that is too deep."""
    return _OBJECT.validate_json(content)


def each_of(model: type[Model], things: list[Any], most: int) -> Iterator[Model]:
    """Yield those of the first things that are of a model; a bad one spoils no other."""
    for thing in things[:most]:
        try:
            yield model.model_validate(thing)
        except ValidationError:
            continue


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Return the scheme, host and port of an address of the web; None of anything else."""
    if not (url.isascii() and url.isprintable()) or any(sign in url for sign in ' \\"<>'):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def own_link(url: object, address: str) -> str:
    """Return an address that lies on a neighbour's own site, "" for any other."""
    if not isinstance(url, str) or len(url) > LONGEST_LINK:
        return ""
    origin = origin_of(url)
    return url if origin is not None and origin == origin_of(address) else ""

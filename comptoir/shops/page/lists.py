"""What an act changed of a field still stands, and what undoes it: of a value as a whole, of what a
shop has several of thing by thing."""

from collections.abc import Callable, Mapping
from typing import Any

Items = dict[Any, Any]
_ABSENT = object()

_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "specialities": lambda kind: kind,
    "networks": lambda slug: slug,
    "closures": lambda closure: (closure["first"], closure["last"]),
    "links": lambda link: link["url"],
    "photos": lambda photo: photo["file"],
    "picks": lambda product: product,
}
"""By what one thing of a list is told from another; services are told by their kind."""


def stands(field: str, before: Any, after: Any, has: Any) -> bool:  # noqa: ANN401
    """Return whether what an act wrote into a field is still there: of a list those things that it
    touched, whatever came or went beside them; where it touched none, their order."""
    if has == after:
        return True
    if not _is_list(field):
        return False
    was, became, is_now = (_items(field, value) for value in (before, after, has))
    if touched := _touched(was, became):
        return all(is_now.get(key, _ABSENT) == became.get(key, _ABSENT) for key in touched)
    return [key for key in is_now if key in became] == [key for key in became if key in is_now]


def without(field: str, before: Any, after: Any, has: Any) -> Any:  # noqa: ANN401
    """Return what a field has once an act on it is undone: what stood before; of a list, what the
    act did not touch stays as it is now."""
    if has == after or not _is_list(field):
        return before
    was, became, is_now = (_items(field, value) for value in (before, after, has))
    touched = _touched(was, became)
    if not touched:
        return _value(field, [key for key in is_now if key not in was], is_now) + _value(
            field, [key for key in was if key in is_now], is_now
        )
    order = [key for key in is_now if key not in touched or key in was]
    for place, key in enumerate(was):
        if key in touched and key not in order:
            order.insert(place, key)
    return _value(field, order, is_now | {key: was[key] for key in touched if key in was})


def _is_list(field: str) -> bool:
    return field == "services" or field in _KEYS


def _items(field: str, value: Any) -> Items:  # noqa: ANN401
    if field == "services":
        return dict(value or {})
    return {_KEYS[field](each): each for each in value or ()}


def _touched(was: Items, became: Items) -> set[Any]:
    return {key for key in was | became if was.get(key, _ABSENT) != became.get(key, _ABSENT)}


def _value(field: str, order: list[Any], items: Items) -> Any:  # noqa: ANN401
    if field == "services":
        return {key: items[key] for key in order}
    return [items[key] for key in order]

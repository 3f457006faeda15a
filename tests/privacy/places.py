"""A search where no table is: files, the memory of this process, the log of the database."""

import sys
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import _lru_cache_wrapper
from gc import get_referents
from pathlib import Path
from typing import Any

from django.core.cache.backends import locmem

from tests.embedded import FOLDER

_HOLD = (dict, list, tuple, set, frozenset, deque, OrderedDict)


def files_with(folder: Path, *needles: str) -> set[str]:
    """Return which folders below a folder have files that hold any of these texts."""
    marks = [needle.encode() for needle in needles]
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if any(mark in content for mark in marks):
                found.add(path.parent.relative_to(folder).as_posix())
    return found


def memory_with(*needles: str) -> set[str]:
    """Return in which modules of ours something is kept that holds any of these texts: whatever is
    reached from their names through containers, remembered calls and our own objects; and Django's
    cache."""
    marks = [(needle, needle.encode()) for needle in needles]
    seen: set[int] = set()
    roots = {name: vars(module) for name, module in sys.modules.items() if name[:9] == "comptoir."}
    roots["django cache"] = vars(locmem)
    return {name for name, root in roots.items() if _holds(root, marks, seen)}


def _holds(root: Any, marks: list[tuple[str, bytes]], seen: set[int]) -> bool:
    found, waiting = False, [root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str | bytes | bytearray):
            found = found or any((s if isinstance(each, str) else b) in each for s, b in marks)
        elif id(each) not in seen and _is_ours(each):
            seen.add(id(each))
            waiting += get_referents(each)
    return found


def _is_ours(each: Any) -> bool:
    if isinstance(each, (*_HOLD, _lru_cache_wrapper)):
        # The names of a module that is not a root are not followed: tests hold the person.
        return not (isinstance(each, dict) and "__loader__" in each and not _of_ours(each))
    return type(each).__module__.startswith("comptoir.")


def _of_ours(names: dict[str, Any]) -> bool:
    name = str(names.get("__name__", ""))
    return name.startswith("comptoir.") or name == locmem.__name__


def server_log() -> Callable[[], str]:
    """Return what reads what the embedded server has written in its log since now."""
    log = FOLDER / "log"
    before = log.stat().st_size if log.exists() else 0

    def since() -> str:
        return log.read_bytes()[before:].decode() if log.exists() else ""

    return since

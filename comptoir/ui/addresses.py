"""Addresses of pages that stand on every line: worked out once, then put together."""

import re
from functools import lru_cache

from django.urls import reverse

_PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_WORD = "WORD"


def address(name: str, word: str) -> str:
    """Return the address of this name that has one word in it: a slug, a number."""
    if not _PLAIN.fullmatch(word):
        return reverse(name, args=[word])
    before, after = _around(name)
    return f"{before}{word}{after}"


@lru_cache(maxsize=64)
def _around(name: str) -> tuple[str, str]:
    before, _word, after = reverse(name, args=[_WORD]).rpartition(_WORD)
    return before, after

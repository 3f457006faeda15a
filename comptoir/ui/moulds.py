"""What a page repeats line by line: its template is rendered once for each shape that a line can
take, with marks where words stand; from then on the words of each line are put there, escaped.

A line of a list thus costs a hundredth of a millisecond, and what it looks like stays a template.
"""

import re
from collections.abc import Sequence
from html import escape

from django.template.loader import get_template
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language

# Of the private use area: no escaping, filter or translation changes these signs.
_OPEN, _CLOSE = "\ue010", "\ue011"
_MARK = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")


def _safe(word: object) -> str:
    """Return what `conditional_escape` does, which takes six times as long for lazy words."""
    text = word if isinstance(word, str) else str(word)
    return text if isinstance(text, SafeData) else escape(text)


class Mould:
    """A template of plain words. It may show a word, pass it on or ask whether it is there; on its
    `flags`, of which each has a few values, it may decide what it likes."""

    def __init__(self, template: str, flags: Sequence[str], words: Sequence[str]) -> None:
        self._template = template
        self._flags = tuple(flags)
        self.words = tuple(words)
        self._casts: dict[object, tuple[str, list[int]]] = {}

    def fill(self, flags: Sequence[object], words: Sequence[object]) -> SafeString:
        """Return what the template says of these flags and words, each in their order; None stands
        for a word that is not there."""
        key = (get_language(), *flags, *[word is None for word in words])
        known = self._casts.get(key)
        if known is None:
            known = self._casts[key] = self._cast(flags, words)
        text, places = known
        return mark_safe(text % tuple([_safe(words[n]) for n in places]))  # noqa: S308

    def _cast(self, flags: Sequence[object], words: Sequence[object]) -> tuple[str, list[int]]:
        """Return the text of a shape with `%s` where words stand, and which words those are."""
        there = {
            name: None if word is None else f"{_OPEN}{name}{_CLOSE}"
            for name, word in zip(self.words, words, strict=True)
        }
        context = {**dict(zip(self._flags, flags, strict=True)), **there}
        rendered = get_template(self._template).render(context)
        parts = _MARK.split(rendered.replace("%", "%%"))
        return "%s".join(parts[::2]), [self.words.index(name) for name in parts[1::2]]

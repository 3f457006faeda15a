"""What is kept of a person as files: JSON for programs, HTML for reading, piece by piece."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from comptoir.core.retention import person
from comptoir.core.retention.shape import Found
from comptoir.core.words import in_words

NAME = "mes-donnees"
TYPES = {"json": "application/json", "html": "text/html"}


def write_json(email: str, language: str) -> Iterator[str]:
    """Yield a JSON object: `address`, `written_at` (UTC), and `kept`, a list of parts, each with
    `title`, `stays` (why it has to, or "") and `rows`, objects by the names of their values."""
    head = {"address": email, "written_at": timezone.now().isoformat(timespec="seconds")}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "kept": ['
    for number, each in enumerate(_each(email, language)):
        part = {
            "title": str(each.title),
            "stays": str(each.stays),
            "rows": [{name: _plain(value) for name, value in row.items()} for row in each.rows],
        }
        yield (",\n" if number else "\n") + json.dumps(part, ensure_ascii=False)
    yield "\n]}\n"


def write_html(email: str, language: str) -> Iterator[str]:
    """Yield a page without style of elsewhere, script or link to anything."""
    said: Mapping[str, Any] = {"email": email, "now": timezone.now(), "language": language}
    with translation.override(language):
        yield render_to_string("site/rights/file_head.html", said)
    for each in _each(email, language):
        with translation.override(language):
            part = render_to_string("site/rights/part.html", {"each": shown(each)})
        yield part
    yield "</body></html>\n"


WRITERS: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "json": write_json,
    "html": write_html,
}


def shown(found: Found) -> Found:
    """Return a part with its values as people read them: moments where this site is, lists by the
    line."""
    rows = tuple({name: _said(value) for name, value in row.items()} for row in found.rows)
    return Found(found.title, rows, found.stays)


def _said(value: Any) -> str:  # noqa: ANN401 - what rows hold
    if isinstance(value, datetime):
        return in_words(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return in_words(value)
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _each(email: str, language: str) -> Iterator[Found]:
    """Yield the parts, each read in the language: a file is sent behind the request, whose language
    has ended by then."""
    parts = person.found(email)
    while True:
        with translation.override(language):
            each = next(parts, None)
            if each is None:
                return
            each = Found(str(each.title), each.rows, str(each.stays))
        yield each


def _plain(value: Any) -> Any:  # noqa: ANN401 - what rows hold
    return value.isoformat() if isinstance(value, date | datetime) else value

"""Sessions that are good under one host alone: the one under which they began.

A browser keeps the cookie of each host apart. Whoever sends it to another host of this installation
all the same (another network's, with what a proxy or a page there has seen) finds no session: not
who signed in, and not the code that was asked for.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.request import split_domain_port

_HOST = "_host"
"""In a session: the host it is of. One that began in a version before this has none."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database, each with its host; `host` is the one that asks."""

    host = ""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing of one that began under another host."""
        data: dict[str, Any] = super().load()
        if self.host and data.pop(_HOST, self.host) != self.host:
            # Not ended: its own host still has it.
            self._session_key = None
            return {}
        return data

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row of what the session holds, with its host."""
        known = {_HOST: self.host} if self.host else {}
        return super().create_model_instance(data | known)


class HostSessions(SessionMiddleware):
    """Django's middleware of sessions, which tells each the host that asks."""

    get_response: Callable[..., Any]

    def process_request(self, request: HttpRequest) -> None:
        """Begin the session of a request; nothing is read yet."""
        super().process_request(request)
        host, _port = split_domain_port(request.get_host())
        request.session.host = host  # type: ignore[attr-defined]


def erase_ended(now: datetime) -> int:
    """Delete the sessions that ended before a moment; return how many. Locks: these sessions."""
    ended = SessionStore.get_model_class().objects.filter(expire_date__lt=now)
    return int(ended.delete()[0])


def lingering(place: str, now: datetime) -> int:  # noqa: ARG001
    """Return how many sessions have ended at a moment (`core.retention.shape.Finder`)."""
    return int(SessionStore.get_model_class().objects.filter(expire_date__lt=now).count())

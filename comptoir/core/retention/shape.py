"""How a package declares what it keeps about people, and where all declarations are found."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from comptoir.core.errors import Message

Eraser = Callable[[datetime], object]
"""Erases what is past its date at a moment (UTC)."""
Finder = Callable[[str, datetime], int]
"""Counts the rows of a model, by `app.Model`, that are past their date at a moment (UTC)."""


@dataclass(frozen=True, slots=True)
class Term:
    """Until a date: `words` say which, `past` counts what is beyond it, `erase` is the verb that
    takes it away. The two are written apart, so that one proves the other."""

    words: Message
    past: Finder
    erase: Eraser


@dataclass(frozen=True, slots=True)
class With:
    """Until something else goes, by which nothing of a person is left here: a row by a cascade, or
    an account whose number then names nobody."""

    words: Message


@dataclass(frozen=True, slots=True)
class While:
    """As long as something lasts that somebody ends by a deed: no date, nothing for a job to do."""

    words: Message


Until = Term | With | While


def after(column: str, days: str | timedelta = timedelta(0), where: Q | None = None) -> Finder:
    """Return what counts the rows whose `column` is further back than `days`: a span, or the name
    of a setting that holds whole days (`ERASE_AFTER_DAYS`). `where`: only of rows like these."""

    def past(model: str, now: datetime) -> int:
        span = timedelta(days=getattr(settings, days)) if isinstance(days, str) else days
        rows = apps.get_model(model)._default_manager.filter(where or Q())
        return rows.filter(**{f"{column}__lt": now - span}).count()

    return past


@dataclass(frozen=True, slots=True)
class Kept:
    """Personal data in some columns of one model: what they are, why they are kept, until when."""

    model: str
    columns: tuple[str, ...]
    what: Message
    why: Message
    until: Until


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Personal data that are in no table of ours: in a process, a file, a table of a library."""

    place: str
    what: Message
    why: Message
    until: Until


@dataclass(frozen=True, slots=True)
class Found:
    """What one package keeps of one person: a heading, rows of values by their names, and why it
    cannot go at their word ("" where it can)."""

    title: Message
    rows: tuple[Mapping[str, Any], ...]
    stays: Message = ""


@dataclass(frozen=True, slots=True)
class Personal:
    """How a package finds what it keeps of the person of an e-mail address, and erases it at their
    word. `erase` leaves what `find` says has to stay."""

    find: Callable[[str], Iterable[Found]]
    erase: Callable[[str, datetime], object]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one package keeps about people, and which of its columns only look as if they did:
    by `app.Model.column`, each with the reason."""

    kept: tuple[Kept, ...]
    impersonal: Mapping[str, str]
    elsewhere: tuple[Elsewhere, ...] = ()
    personal: Personal | None = field(default=None)


def declarations() -> Iterator[tuple[str, Declaration]]:
    """Yield the declaration of every package that has models, by the label of its application.

    Raises `ModuleNotFoundError` for a package of ours that has models and declares nothing.
    """
    for config in apps.get_app_configs():
        if config.name.startswith("comptoir.") and list(config.get_models()):
            yield config.label, import_module(f"{config.name}.retention").DECLARATION


def all_rows(model: str) -> "models.QuerySet[models.Model]":
    """Return the rows of a model named as in a declaration."""
    return apps.get_model(model)._default_manager.all()

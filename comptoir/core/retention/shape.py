"""How a package declares what it keeps about people, and where all declarations are found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps

from comptoir.core.errors import Message


@dataclass(frozen=True, slots=True)
class Kept:
    """Personal data in some columns of one model: what they are, why they are kept, until when."""

    model: str
    columns: tuple[str, ...]
    what: Message
    why: Message
    until: Message


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one package keeps about people, and which of its columns only look as if they did:
    by `app.Model.column`, each with the reason."""

    kept: tuple[Kept, ...]
    impersonal: Mapping[str, str]


def declarations() -> Iterator[tuple[str, Declaration]]:
    """Yield the declaration of every package that has models, by the label of its application.

    Raises `ModuleNotFoundError` for a package of ours that has models and declares nothing.
    """
    for config in apps.get_app_configs():
        if config.name.startswith("comptoir.") and list(config.get_models()):
            yield config.label, import_module(f"{config.name}.retention").DECLARATION

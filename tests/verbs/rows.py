"""How a row of the table of verbs is written."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.shops.operations.scope import Verb
from tests.verbs.world import World

Call = Callable[[World, Actor], object]


def of(path: str, verb: Verb, call: Callable[..., object]) -> tuple[str, tuple[Verb, Call]]:
    """Return a row of the table: where a function is, its verb, and how it is called here."""
    module, _dot, name = path.rpartition(".")

    def run(world: World, actor: Actor) -> object:
        found = call(getattr(import_module(f"comptoir.{module}"), name), world, actor)
        # A read that yields has looked at nothing until it is read.
        return list(found) if hasattr(found, "__next__") else found

    return path, (verb, run)


def on_shop(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, actor=actor, **values)


def on_offer(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, ean=w.offer.product.ean, actor=actor, **values)


def on_copy(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, offer_id=w.copy.pk, actor=actor, **values)


def on_endpoint(verb: Callable[..., object], w: World, actor: Actor) -> object:
    return verb(shop=w.shop, endpoint_id=w.endpoint.pk, actor=actor)

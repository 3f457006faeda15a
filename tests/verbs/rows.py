"""How a row of the table of verbs is written."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.shops.operations.scope import Verb
from tests.verbs.world import World

Make = Callable[[World], Any]


@dataclass(frozen=True)
class Call:
    """How a verb is called in a world, and what has to be made there before."""

    path: str
    how: Callable[..., object]
    before: Make | None = None

    def prepare(self, world: World) -> None:
        """Make what the verb is called on: once, however often it is called and undone after."""
        if self.before:
            self.before(world)

    def __call__(self, world: World, actor: Actor) -> object:
        module, _dot, name = self.path.rpartition(".")
        found = self.how(getattr(import_module(f"comptoir.{module}"), name), world, actor)
        # A read that yields has looked at nothing until it is read.
        return list(found) if hasattr(found, "__next__") else found


def once(make: Make) -> Make:
    """Have something made once in a world, whoever asks for it first."""

    @wraps(make)
    def made(world: World) -> Any:
        if make not in world.made:
            world.made[make] = make(world)
        return world.made[make]

    return made


def of(
    path: str, verb: Verb, how: Callable[..., object], *, before: Make | None = None
) -> tuple[str, tuple[Verb, Call]]:
    """Return a row of the table: where a function is, its verb, and how it is called here."""
    return path, (verb, Call(path, how, before))


def on_shop(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, actor=actor, **values)


def on_offer(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, ean=w.offer.product.ean, actor=actor, **values)


def on_copy(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, offer_id=w.copy.pk, actor=actor, **values)


def on_endpoint(verb: Callable[..., object], w: World, actor: Actor) -> object:
    return verb(shop=w.shop, endpoint_id=w.endpoint.pk, actor=actor)

"""Who acts. Every verb that changes something takes it, and writes it into the history."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of actor: `reader` is the public, who has no account and is not identified."""

    USER = "user"
    READER = "reader"
    TOKEN = "token"  # noqa: S105
    FEED = "feed"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the kind, and the key of the user or API token (none for the others).

    A feed is bound to the shop whose till it is: `shop_id`, None for every other kind.
    """

    kind: ActorKind
    id: int | None = None
    shop_id: int | None = None

    @classmethod
    def user(cls, user_id: int) -> "Actor":
        """Return the actor for a signed-in person."""
        return cls(ActorKind.USER, user_id)

    @classmethod
    def token(cls, token_id: int) -> "Actor":
        """Return the actor for an API token."""
        return cls(ActorKind.TOKEN, token_id)

    @classmethod
    def feed(cls, shop_id: int) -> "Actor":
        """Return the actor for the till of a shop: it may report there, and do nothing else."""
        return cls(ActorKind.FEED, shop_id=shop_id)


READER = Actor(ActorKind.READER)
SYSTEM = Actor(ActorKind.SYSTEM)

"""The verbs of conditions: written and published (`versions`), named by orders (`orders`), who made
what is posted (`makers`)."""

from comptoir.terms.operations.makers import MakerSaid, remove_maker, write_maker
from comptoir.terms.operations.versions import ConditionsSaid, publish, write_conditions

__all__ = [
    "ConditionsSaid",
    "MakerSaid",
    "publish",
    "remove_maker",
    "write_conditions",
    "write_maker",
]

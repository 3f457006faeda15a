"""What each verb asks of its actor: the table by which `test_scope.py` tries each as everybody.

A function that takes an actor and is in neither table fails the tests: a verb is one row of
`VERBS` in a module of this folder, with who may do it and how it is called on a `World`; what looks
at its actor in another way, or not at all, is one row of `OTHERWISE` (`tests.otherwise`), with why.
"""

from comptoir.shops.operations.scope import Verb
from tests.verbs import (
    exchanges,
    orders,
    others,
    papers,
    payments,
    post,
    purchases,
    quotes,
    releases,
    rights,
    shops,
    stock,
)
from tests.verbs.rows import Call

VERBS: dict[str, tuple[Verb, Call]] = {
    **shops.VERBS,
    **orders.VERBS,
    **stock.VERBS,
    **exchanges.VERBS,
    **purchases.VERBS,
    **papers.VERBS,
    **rights.VERBS,
    **payments.VERBS,
    **quotes.VERBS,
    **releases.VERBS,
    **post.VERBS,
    **others.VERBS,
}

"""Changes of windows take turns, so that the newest line of history says whether there is more."""

import threading

import pytest
from django.db import transaction

from comptoir.accounts.actors import SYSTEM
from comptoir.events import memory
from comptoir.events.models import WindowChange
from comptoir.events.operations import picks, steps, write_pick
from comptoir.shops.models import Shop
from tests.concurrency.together import together
from tests.factories import make_product, make_shop
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


def seen_after_a_late_commit(*, patience: float) -> int:
    """Have one change commit while another, which numbered its line first, has not: look, let the
    other commit, and look again. Return how many shops have a word by what is kept then.

    The first waits so many seconds for the second: with the turn in vain, for the second waits for
    its commit.
    """
    shops = [make_shop(), make_shop()]
    products = [make_product().pk, make_product().pk]
    numbered, looked = threading.Event(), threading.Event()

    def write(shop: Shop, product: int) -> None:
        write_pick(shop=shop, product_id=product, text="Un mot", actor=SYSTEM)

    def first() -> None:
        with transaction.atomic():
            write(shops[0], products[0])
            numbered.set()
            looked.wait(patience)

    def second() -> None:
        assert numbered.wait(PATIENCE_SECONDS)
        write(shops[1], products[1])
        memory.windows()
        looked.set()

    memory.windows()
    assert together(first, second) == []
    assert WindowChange.objects.count() == 2
    return len(memory.windows().picked_shops)


def test_no_change_is_missed_because_it_commits_late() -> None:
    assert seen_after_a_late_commit(patience=0.3) == 2


def test_control_without_the_turn_it_would_be(monkeypatch) -> None:
    for module in (steps, picks):
        monkeypatch.setattr(module, "take_turn", lambda: None)
    assert seen_after_a_late_commit(patience=PATIENCE_SECONDS) == 1

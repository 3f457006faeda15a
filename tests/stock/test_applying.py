"""Applying a count in steps does to each title what `ledger.set_count` does to one."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.core.errors import Conflict
from comptoir.core.models import OutboxEntry
from comptoir.shops.models import RingsUp, Shop
from comptoir.stock.counts import steps
from comptoir.stock.counts.operations import start_count
from comptoir.stock.counts.steps import apply_some, begin_applying
from comptoir.stock.models import (
    CountedTitle,
    Offer,
    Reason,
    ShopClock,
    StockCount,
    StockMovement,
)
from comptoir.stock.shelf import ledger
from tests import factories
from tests.factories import make_product, make_shop
from tests.trials import seeds, tally

pytestmark = pytest.mark.django_db

TITLES = 14
# The night within the next 41 hours has an hour less in Paris.
START = datetime(2025, 3, 29, 8, tzinfo=UTC)
BY_HAND = [Reason.SOLD, Reason.RECEIVED, Reason.COLLECTED, Reason.NOT_FOUND, Reason.WITHDRAWN]


def ean(number: int) -> str:
    return factories.ean(92_000_000 + number)


def moment(dice: random.Random, start: datetime) -> datetime:
    """Return one of few moments, so that several things happen at the same one."""
    return start + timedelta(hours=dice.randrange(40))


def make_case(seed: int, start: datetime) -> StockCount:
    """Return a count of a shop; of one seed and start all are alike."""
    dice = random.Random(seed)
    shop = make_shop(rings_up=dice.choice(RingsUp.values), safety_stock=dice.randrange(3))
    if dice.random() < 0.6:
        ShopClock.objects.create(shop=shop, new_as_of=moment(dice, start))
    session = start_count(shop=shop, name="x", whole=False, actor=SYSTEM)
    for number in range(TITLES):
        if dice.random() < 0.7:
            make_history(dice, shop, number, start)
        first, last = sorted(moment(dice, start) for _each in range(2))
        CountedTitle.objects.create(
            session=session,
            ean=ean(number),
            copies=dice.randrange(6),
            expected=dice.randrange(6),
            first_at=first,
            last_at=last,
        )
    return session


def make_history(dice: random.Random, shop: Shop, number: int, start: datetime) -> None:
    counted = dice.randrange(7)
    on_hand, unseen = dice.randrange(7), dice.randint(0, counted)
    offer = Offer.objects.create(
        shop=shop,
        product=Product.objects.get(ean=ean(number)),
        ean=ean(number) if dice.random() < 0.8 else None,
        on_hand=on_hand,
        held=dice.randint(0, on_hand),
        counted=counted,
        unseen=unseen,
        doubtful=dice.randint(0, counted - unseen),
        pace=dice.random(),
        as_of=moment(dice, start),
        moved_at=moment(dice, start),
    )
    for _each in range(dice.randrange(5)):
        reason = dice.choice(BY_HAND)
        size = dice.randint(1, 2)
        StockMovement.objects.create(
            offer=offer,
            delta=size if reason == Reason.RECEIVED else -size,
            reason=reason,
            happened_at=moment(dice, start),
            actor_kind="system",
        )


def count_one_by_one(session: StockCount) -> dict[str, str]:
    """Return what comes of each title when each is counted alone."""
    outcomes = {}
    for title in session.titles.all():
        losses = StockMovement.objects.filter(
            offer__shop=session.shop,
            offer__product__ean=title.ean,
            delta__lt=0,
            happened_at__gt=title.first_at,
            happened_at__lte=title.last_at,
        )
        copies = max(0, title.copies + sum(losses.values_list("delta", flat=True)))
        where = {"shop": session.shop, "ean": title.ean, "actor": SYSTEM}
        try:
            with transaction.atomic():
                entry = ledger.set_count(count=copies, at=title.last_at, **where)
        except Conflict:
            outcomes[title.ean] = "overtaken"
        else:
            outcomes[title.ean] = "applied" if entry.delta else "same"
    return outcomes


def figures(shop: Shop, eans: list[str]) -> tuple[list, list, set]:
    offers = Offer.objects.filter(shop=shop, product__ean__in=eans).order_by("product__ean")
    # By keys, not by joins: PostgreSQL knows nothing of tables that one transaction fills, and a
    # long trial waited for hours for the plan that it took.
    names = dict(offers.values_list("pk", "product__ean"))
    moves = StockMovement.objects.filter(offer_id__in=list(names)).exclude(reason=Reason.TOLD)
    told = OutboxEntry.objects.filter(topic="product", key__in=offers.values("product_id"))
    return (
        list(
            offers.values_list(
                "product_id",
                "on_hand",
                "held",
                "short",
                "counted",
                "unseen",
                "doubtful",
                "pace",
                "as_of",
                "moved_at",
                "reported_by",
            )
        ),
        sorted(
            (names[offer], *rest)
            for offer, *rest in moves.values_list("offer_id", "reason", "delta", "happened_at")
        ),
        set(told.values_list("key", flat=True)),
    )


def count_in_steps(session: StockCount) -> dict[str, str]:
    begin_applying(session=session, zero_rest=False, actor=SYSTEM)
    while apply_some(session.pk, step=5):
        pass
    return dict(session.titles.values_list("ean", "outcome"))


@pytest.mark.proof
@pytest.mark.parametrize("guarded", [True, False])
def test_a_step_does_to_each_title_what_counting_it_alone_does(monkeypatch, guarded) -> None:
    for number in range(TITLES):
        make_product(ean=ean(number))
    if not guarded:
        monkeypatch.setattr(steps.Step, "_left", lambda *args: 0)
    start = START
    differ, seen = 0, set()
    for seed in seeds(8):
        tally("counts")
        alone, stepwise = make_case(seed, start), make_case(seed, start)
        OutboxEntry.objects.all().delete()
        expected = count_one_by_one(alone)
        compared = [code for code, outcome in expected.items() if outcome != "overtaken"]
        held_true = figures(alone.shop, compared)
        OutboxEntry.objects.all().delete()
        found = count_in_steps(stepwise)
        seen |= set(found.values())
        late = {found[code] for code in expected if code not in compared}
        assert late <= {"overtaken", "written_off"}
        same = {code: found[code] for code in compared}
        differ += same != {code: expected[code] for code in compared}
        differ += figures(stepwise.shop, compared) != held_true
    assert (differ == 0) is guarded
    assert seen >= {"same", "applied", "overtaken", "written_off"}


def test_who_follows_hears_of_what_changed_alone(django_assert_max_num_queries) -> None:
    shop, start = make_shop(), timezone.now() - timedelta(hours=2)
    session = start_count(shop=shop, name="x", whole=False, actor=SYSTEM)
    offers = []
    for number in range(40):
        product = make_product(ean=ean(100 + number))
        offers.append(factories.make_offer(shop=shop, product=product, on_hand=2, as_of=start))
        copies = 2 if number else 1
        CountedTitle.objects.create(
            session=session,
            ean=product.ean,
            copies=copies,
            expected=2,
            first_at=timezone.now(),
            last_at=timezone.now(),
        )
    begin_applying(session=session, zero_rest=False, actor=SYSTEM)
    OutboxEntry.objects.all().delete()
    with django_assert_max_num_queries(25):
        assert apply_some(session.pk) == 0
    told = OutboxEntry.objects.filter(topic="offer").values_list("key", flat=True)
    assert list(told) == [offers[0].pk]
    assert not Offer.objects.filter(shop=shop, as_of=start).exists()

"""The verbs between shops, on the command line."""

import pytest
from click.testing import CliRunner

from comptoir.accounts.actors import SYSTEM
from comptoir.exchanges.commands import exchanges
from comptoir.exchanges.models import Transfer
from comptoir.oversight.audit import Question, audit_of_shop
from comptoir.shops.models import Shop
from tests.exchanges.pair import make_pair

pytestmark = pytest.mark.django_db


def run(*words: object) -> str:
    """Return what a command says; one that fails fails the test."""
    done = CliRunner().invoke(exchanges, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_copy_goes_over_by_commands_alone_and_the_audit_tells_it() -> None:
    pair = make_pair(on_hand=3)
    ean = pair.offer.product.ean
    assert pair.b.slug in run("who", pair.a.slug, ean)
    said = run("ask", pair.a.slug, pair.b.slug, ean, "--quantity", 2)
    assert "Librairie Bêta → Librairie Alpha" in said
    key = Transfer.objects.get().pk
    for verb in ("accept", "send", "arrive"):
        assert str(key) in run(verb, key)
    second = run("ask", pair.a.slug, pair.b.slug, ean).split()[0]
    assert "nous en avons besoin" in run("refuse", second, "needed")
    third = run("ask", pair.a.slug, pair.b.slug, ean).split()[0]
    run("withdraw", third)
    assert "arrivé" in run("list", pair.b.slug)
    deeds = [
        (line.entry.deed, line.shop)
        for shop in (pair.a, pair.b)
        for line in audit_of_shop(shop, actor=SYSTEM).page(Question())[0]
        if line.entry.deed.startswith("transfer_")
    ]
    assert ("transfer_arrived", pair.a) in deeds
    assert ("transfer_sent", pair.b) in deeds
    assert len(deeds) == 8


def test_sharing_is_begun_and_ended_and_stands_in_the_history() -> None:
    pair = make_pair()
    assert "ne partage plus" in run("share", pair.a.slug, "--stop")
    assert not Shop.objects.get(pk=pair.a.pk).shares_stock
    refused = CliRunner().invoke(exchanges, ["who", pair.a.slug, str(pair.offer.product.ean)])
    assert refused.exit_code != 0
    assert "Ce que les autres voient" in refused.output
    run("share", pair.a.slug)
    assert Shop.objects.get(pk=pair.a.pk).shares_stock
    changes = [c.field for act in pair.a.acts.order_by("pk") for c in act.changes.all()]
    assert changes.count("shares_stock") == 2

"""A shop leaves and moves in by the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from comptoir.archives.commands import shops
from comptoir.shops.models import Shop
from tests.factories import make_offer, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(shops, [str(each) for each in arguments])
    return result.exit_code, result.output


def test_it_leaves_and_moves_in(tmp_path: Path) -> None:
    shop = make_shop(slug="pilori", name="Le Pilori")
    make_offer(shop=shop, on_hand=2)
    folder = tmp_path / "pilori"
    code, told = run("export", "pilori", folder)
    assert (code, "Tout ce qui appartient à Le Pilori" in told) == (0, True)
    code, told = run("export", "pilori", folder)
    assert (code, "n’est pas vide" in told) == (1, True)
    code, told = run("move-in", folder)
    assert (code, "[shop_is_here]" in told) == (1, True)
    code, told = run("move-in", folder, "--slug", "autre", "--dry-run")
    assert (code, "C’était un essai" in told, Shop.objects.count()) == (0, True, 1)
    code, told = run("move-in", folder, "--slug", "autre")
    assert (code, "comptoir shops pause autre --resume" in told) == (0, True)
    assert Shop.objects.get(slug="autre").offers.get().on_hand == 2
    code, told = run("move-in", folder)
    assert (code, "rien n’a été fait" in told) == (0, True)
    code, told = run("move-in", tmp_path)
    assert (code, "manifest.json" in told) == (1, True)

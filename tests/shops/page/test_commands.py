"""The command line has the verbs of a shop's page."""

import pytest
from click.testing import CliRunner
from PIL import Image

from comptoir.cli import main
from comptoir.shops.operations.page.meanwhile import last_act
from tests.factories import make_shop

pytestmark = pytest.mark.django_db


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["shops", *words])
    assert done.exit_code == code, done.output
    return done.output


def test_links_photos_and_history(tmp_path):
    shop = make_shop()
    assert run("links", shop.slug, "instagram.com/a", "Notre lettre=https://a.example/?b=c") == (
        "Instagram=https://instagram.com/a\nNotre lettre=https://a.example/?b=c\n"
    )
    assert run("links", shop.slug, "--none") == ""
    assert "Nothing" not in run("history", shop.slug, "--undo", str(last_act(shop)))
    assert shop.links.count() == 2
    for number, alt in enumerate(("La vitrine", "La cave")):
        file = tmp_path / f"{number}.jpg"
        Image.new("RGB", (60 + number, 40), "red").save(file)
        run("photos", shop.slug, "--add", str(file), "--alt", alt)
    assert run("photos", shop.slug, "--first", "2") == "1  La cave\n2  La vitrine\n"
    words = ("--describe", "1", "--alt", "La cave, le soir", "--credit", "Ana")
    assert run("photos", shop.slug, *words).startswith("1  La cave, le soir (Ana)\n")
    assert run("photos", shop.slug, "--remove", "2") == "1  La cave, le soir (Ana)\n"
    assert run("photos", shop.slug, "--remove", "9", code=1)
    assert run("photos", shop.slug, "--add", str(tmp_path / "0.jpg"), code=1), "no word of it"
    told = run("history", shop.slug)
    assert f"{last_act(shop)} · " in told
    assert "photos: " in told
    run("edit", shop.slug, "--phone", "05 49 11 22 33")
    first = last_act(shop)
    run("edit", shop.slug, "--phone", "05 49 44 55 66")
    assert run("history", shop.slug, "--undo", str(first), code=1)
    run("history", shop.slug, "--undo", str(first), "--field", "phone")
    shop.refresh_from_db()
    assert shop.phone == "+33549000000"

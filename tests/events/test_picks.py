"""A bookseller's word on a title."""

import pytest
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import ProductState
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.events.models import Pick, WindowChange
from comptoir.events.operations import put_first, remove_pick, write_pick
from comptoir.events.reads import newest_picks, picks_of, picks_on
from comptoir.shops.models import Shop
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db
WORD = "Un livre que je relis chaque automne."


@pytest.fixture
def write(shop, title, agathe):
    def write(text: str = WORD, product=title, at=shop, **given: object) -> Pick:
        values = {"signed": "Agathe", "actor": agathe if at == shop else SYSTEM} | given
        return write_pick(shop=at, product_id=product.pk, text=text, **values)

    return write


def deeds(shop: Shop) -> list[str]:
    return list(
        WindowChange.objects.filter(shop=shop).order_by("pk").values_list("deed", flat=True)
    )


def test_a_word_is_written_once_for_a_title_and_then_changed(write, shop, agathe) -> None:
    first, again = write(), write("Un autre mot.")
    assert first.pk == again.pk
    assert [(each.text, each.signed) for each in Pick.objects.all()] == [
        ("Un autre mot.", "Agathe")
    ]
    assert deeds(shop) == ["written", "changed"]
    line = WindowChange.objects.earliest("pk")
    assert (line.actor_kind, line.actor_id) == ("user", agathe.id)
    write("Un autre mot.")
    assert deeds(shop) == ["written", "changed"], "the same again is no change"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "missing"), (" \n ", "missing"), ("a" * 601, "too_long"), ("a\0b", "bad_text")],
)
def test_a_text_that_cannot_stand_is_refused_and_nothing_is_written(write, text, code) -> None:
    with pytest.raises(Invalid) as refused:
        write(text)
    assert (refused.value.code, refused.value.data["field"]) == (code, "text")
    assert not Pick.objects.exists()
    assert not WindowChange.objects.exists()


def test_six_hundred_characters_are_not_too_long(write) -> None:
    assert len(write("é" * 600).text) == 600


def test_titles_without_a_name_and_those_of_other_shops_are_refused(write, shop) -> None:
    with pytest.raises(Conflict) as nameless:
        write(product=make_product(state=ProductState.UNKNOWN, title=""))
    assert nameless.value.code == "no_title"
    other = make_shop()
    own = make_product(ean=None, source="till", source_ref=f"{other.pk}:2000000000015")
    with pytest.raises(NotFound):
        write(product=own)
    assert write(product=own, at=other).product == own


def test_the_newest_stands_first_until_another_is_put_there(write, shop, agathe) -> None:
    older, newer = write(), write(product=make_product())
    assert picks_of([shop.pk], 9) == [newer, older]
    put_first(shop=shop, pick_id=older.pk, actor=agathe)
    assert picks_of([shop.pk], 9) == [older, newer]
    assert deeds(shop) == ["written", "written", "put_first"]


def test_a_removed_word_is_gone_and_its_history_stays(write, shop, title, agathe) -> None:
    pick = write()
    remove_pick(shop=shop, pick_id=pick.pk, actor=agathe)
    assert not picks_on(title.pk, 9)
    assert deeds(shop) == ["written", "removed"]
    with pytest.raises(NotFound) as gone:
        remove_pick(shop=shop, pick_id=pick.pk, actor=agathe)
    assert gone.value.code == "no_such_pick"


def test_another_shop_s_word_is_not_there(write, shop, agathe) -> None:
    theirs = write(at=make_shop())
    for verb in (put_first, remove_pick):
        with pytest.raises(NotFound):
            verb(shop=shop, pick_id=theirs.pk, actor=agathe)
    assert Pick.objects.filter(pk=theirs.pk).exists()


def test_what_a_hidden_shop_says_is_not_shown(write, shop, title) -> None:
    write()
    assert picks_on(title.pk, 9)
    Shop.objects.filter(pk=shop.pk).update(paused_at="2026-01-01T00:00Z")
    assert not picks_on(title.pk, 9) + picks_of([shop.pk], 9) + newest_picks(9)


def test_a_title_says_whose_word_it_is(write, title, client: Client) -> None:
    write("Un <b>mot</b> & un autre.")
    page = client.get(f"/titre/{title.ref}").content.decode()
    assert "Un &lt;b&gt;mot&lt;/b&gt; &amp; un autre." in page
    assert "Agathe" in page
    assert "Librairie du Pilori" in page

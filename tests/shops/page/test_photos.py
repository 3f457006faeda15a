"""The photos of a shop's page: added, in order, described, removed, erased, served."""

from datetime import timedelta
from io import BytesIO
from random import Random

import pytest
from django.utils import timezone
from PIL import Image

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import DomainError
from comptoir.core.pictures.photo import SQUARE_BYTES, read_photo
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.operations.page.erasure import UNDONE_FOR, sweep_photos
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.page.photos import (
    MOST_PHOTOS,
    add_photo,
    describe_photo,
    erase_photo,
    move_photo,
    remove_photo,
)
from comptoir.shops.page.models import PhotoFile
from comptoir.shops.page.reads import removed_lately
from tests.factories import make_shop
from tests.shops.page.kept import photo_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop(slug="pilori")


def add(shop, mark, alt="La vitrine"):
    return add_photo(shop=shop, photo=photo_of(mark), alt=alt, actor=SYSTEM)


def marks(shop) -> str:
    return "".join(each.file_id[0] for each in shop.photos.order_by("place"))


def refused(call) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


def test_photos_are_added_put_in_order_and_described(shop):
    for mark in "abc":
        add(shop, mark)
    move_photo(shop=shop, digest="c" * 32, by=-1, actor=SYSTEM)
    move_photo(shop=shop, digest="a" * 32, by=9, actor=SYSTEM)
    assert marks(shop) == "cba"
    assert add(shop, "b", alt="Autre chose").alt == "La vitrine", "the same again adds nothing"
    describe_photo(shop=shop, digest="b" * 32, alt=" La\nnuit ", credit="Ana", actor=SYSTEM)
    assert shop.photos.get(file="b" * 32).alt == "La nuit"
    undo_act(shop=shop, act_id=last_act(shop), actor=SYSTEM)
    assert shop.photos.get(file="b" * 32).alt == "La vitrine"


def test_a_photo_says_what_one_sees_and_there_are_a_few(shop):
    assert refused(lambda: add(shop, "a", alt=" ")) == "missing"
    assert refused(lambda: add(shop, "a", alt="x" * 201)) == "too_long"
    for number in range(MOST_PHOTOS):
        add(shop, str(number))
    assert refused(lambda: add(shop, "a")) == "many_photos"
    assert (
        refused(lambda: remove_photo(shop=shop, digest="z" * 32, actor=SYSTEM)) == "no_such_photo"
    )


def test_a_removed_photo_is_served_to_nobody_and_comes_back_for_a_week(shop, client):
    add(shop, "a")
    add(shop, "b")
    address = f"/photo/boutique/{'a' * 32}-grande.webp"
    answer = client.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"large", "image/webp")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "immutable" in answer["Cache-Control"]
    remove_photo(shop=shop, digest="a" * 32, actor=SYSTEM)
    assert client.get(address).status_code == 404
    assert removed_lately(shop) == [("a" * 32, "La vitrine")]
    now = timezone.now()
    assert sweep_photos(now=now + UNDONE_FOR - timedelta(hours=1)) == 0
    undo_act(shop=shop, act_id=last_act(shop), actor=SYSTEM)
    assert (marks(shop), client.get(address).status_code) == ("ab", 200)
    assert sweep_photos(now=now + 2 * UNDONE_FOR) == 0, "a page shows it"
    remove_photo(shop=shop, digest="a" * 32, actor=SYSTEM)
    assert sweep_photos(now=now + 2 * UNDONE_FOR) == 1
    gone = last_act(shop)
    assert refused(lambda: undo_act(shop=shop, act_id=gone, actor=SYSTEM)) == "photo_erased"
    assert marks(shop) == "b"


def test_a_removed_photo_is_erased_at_once_where_one_asks(shop):
    add(shop, "a")
    call = lambda of: erase_photo(shop=of, digest="a" * 32, actor=SYSTEM)  # noqa: E731
    assert refused(lambda: call(shop)) == "still_shown"
    remove_photo(shop=shop, digest="a" * 32, actor=SYSTEM)
    other = make_shop()
    assert call(other) is False, "it was never theirs"
    assert call(shop) is True
    assert not PhotoFile.objects.exists()


def test_a_photo_that_another_page_shows_stays(shop):
    other = make_shop()
    for each in (shop, other):
        add(each, "a")
    remove_photo(shop=shop, digest="a" * 32, actor=SYSTEM)
    assert PhotoFile.objects.get().left_at is None
    assert erase_photo(shop=shop, digest="a" * 32, actor=SYSTEM) is False


def test_no_address_but_that_of_a_size_answers(shop, client):
    add(shop, "a")
    for word in (f"{'a' * 32}-enorme", "a" * 32, f"{'a' * 32}-grande-x", "x" * 500 + "-grande"):
        assert client.get(f"/photo/boutique/{word}.webp").status_code == 404


def test_a_page_shows_its_photos_and_names_the_first_elsewhere(shop, client):
    for mark, alt in (("a", "La vitrine, la nuit"), ("b", "La cave")):
        add_photo(shop=shop, photo=photo_of(mark), alt=alt, credit="Ana", actor=SYSTEM)
    page = client.get("/boutiques/pilori").content.decode()
    assert 'alt="La vitrine, la nuit"' in page
    assert f"/photo/boutique/{'a' * 32}-petite.webp 320w" in page
    assert f"/photo/boutique/{'a' * 32}-grande.webp 1200w" in page
    first = f"{'a' * 32}-grande.webp"
    assert 'property="og:image" content="http' in page
    assert first in page
    assert '"image":' in page
    assert "Photo\u202f: Ana" in page or "Photo\u00a0: Ana" in page
    found = client.get("/boutiques").content.decode()
    assert f"/photo/boutique/{'a' * 32}-carre.webp" in found
    assert 'loading="lazy"' in found
    full = client.get("/api/v1/shops/pilori").json()
    assert [each["alt"] for each in full["photos"]] == ["La vitrine, la nuit", "La cave"]


def test_sixty_squares_weigh_less_than_a_hundred_kilobytes():
    noise = Image.frombytes("RGB", (400, 300), Random(7).randbytes(400 * 300 * 3))
    file = BytesIO()
    noise.save(file, "PNG")
    file.seek(0)
    read = read_photo(file, for_page=True)
    assert len(read.square) <= SQUARE_BYTES
    assert 60 * SQUARE_BYTES < 100_000
    with Image.open(BytesIO(read.square)) as square, Image.open(BytesIO(read.medium)) as medium:
        assert (square.size, medium.size) == ((96, 96), (400, 300))

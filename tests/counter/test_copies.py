"""Used copies at the counter: photos within bounds, forms sent twice, and what was changed."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.counter import screen
from comptoir.stock.copies import operations
from comptoir.stock.models import Offer
from tests.factories import ean as make_ean

BASE = "/comptoir/pilori/occasions"
TYPED = {"ref": "C000001", "price": "8", "condition": "VG", "title": "Ar Mor", "kind": "record"}


def picture() -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "JPEG")
    return SimpleUploadedFile("p.jpg", target.getvalue(), "image/jpeg")


def enter(desk, **fields):
    return desk.post(f"{BASE}/ajouter", TYPED | fields)


@pytest.mark.django_db
def test_who_sends_photo_after_photo_is_told_to_wait(desk, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(screen, "MOST_PHOTOS", 1)
    assert enter(desk, photo=picture()).status_code == 302
    refused = enter(desk, ref="C000002", photo=picture())
    assert "Beaucoup de photos" in refused.content.decode()
    assert enter(desk, ref="C000002").status_code == 302


@pytest.mark.django_db
def test_a_form_sent_twice_is_one_copy_of_one_title(desk):
    for _each in range(2):
        assert enter(desk).status_code == 302
    assert (Offer.objects.count(), Product.objects.filter(title="Ar Mor").count()) == (1, 1)
    refused = enter(desk, title="Another record")
    assert "Un autre exemplaire porte" in refused.content.decode()
    assert not Product.objects.filter(title="Another record").exists()


@pytest.mark.django_db
def test_a_copy_that_is_refused_leaves_no_title(desk):
    enter(desk, ref="no:colon")
    assert not Product.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_enter_one_new_ean_at_once(shop):
    ean = make_ean()
    both = Barrier(2)

    def one(number: int) -> int:
        try:
            both.wait()
            title = operations.TypedTitle(f"Typed {number}", "", "book", ean)
            return operations.enter_unknown_copy(
                shop=shop,
                title=title,
                details=operations.CopyDetails("VG", 800),
                actor=SYSTEM,
                ref=f"C{number}",
            ).product_id
        finally:
            connection.close()

    for _round in range(5):
        Product.objects.all().delete()
        with ThreadPoolExecutor(2) as threads:
            one_title = set(threads.map(one, range(2)))
        assert len(one_title) == 1
        Offer.objects.all().delete()


@pytest.mark.django_db
def test_a_changed_price_stays_on_the_page_with_who_changed_it(desk, staff):
    enter(desk)
    address = f"{BASE}/{Offer.objects.get().pk}"
    desk.post(address, TYPED | {"price": "5"})
    shown = desk.get(address).content.decode()
    assert "<s>VG · 8" in shown
    assert staff.name in shown

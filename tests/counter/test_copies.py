"""Used copies at the counter: photos within bounds, forms sent twice, and what was changed."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from comptoir.counter import copies

BASE = "/comptoir/pilori/occasions"
TYPED = {"ref": "C000001", "price": "8", "condition": "VG", "title": "Ar Mor", "kind": "record"}


def picture() -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "JPEG")
    return SimpleUploadedFile("p.jpg", target.getvalue(), "image/jpeg")


def enter(desk, **fields):
    return desk.post(f"{BASE}/entrer", TYPED | fields)


@pytest.mark.django_db
def test_who_sends_photo_after_photo_is_told_to_wait(desk, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(copies, "MOST_PHOTOS", 1)
    assert enter(desk, photo=picture()).status_code == 302
    refused = enter(desk, ref="C000002", photo=picture())
    assert "Beaucoup de photos" in refused.content.decode()
    assert enter(desk, ref="C000002").status_code == 302

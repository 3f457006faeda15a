"""Photos of copies: only pixels made anew are kept; what is no photo is refused."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from io import BytesIO
from time import sleep

import pytest
from PIL import Image

from comptoir.core.errors import Invalid
from comptoir.core.pictures import photo as photos
from comptoir.core.pictures.photo import LARGEST_BYTES, read_photo


def photo(size=(40, 30), kind="JPEG", colour="red", **save) -> bytes:
    """Return an image file."""
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, kind, **save)
    return target.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        read_photo(BytesIO(data))
    return refusal.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_two_webp(kind):
    read = read_photo(BytesIO(photo((3200, 800), kind)))
    assert (read.width, read.height) == (1600, 400)
    with Image.open(BytesIO(read.large)) as large, Image.open(BytesIO(read.small)) as small:
        assert (large.format, large.size) == ("WEBP", (1600, 400))
        assert (small.format, small.size) == ("WEBP", (320, 80))


def test_it_is_turned_upright_and_tells_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Canary Camera"
    exif.get_ifd(0x8825)[1] = "N"
    secret = b"canary-trailer"
    data = photo((60, 20), exif=exif, comment=b"canary-comment") + secret
    read = read_photo(BytesIO(data))
    assert (read.width, read.height) == (20, 60)
    for kept in (read.large, read.small):
        assert b"anary" not in kept
        assert b"EXIF" not in kept
        with Image.open(BytesIO(kept)) as image:
            assert not image.getexif()


def test_what_is_clear_is_shown_on_white():
    target = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(target, "PNG")
    with Image.open(BytesIO(read_photo(BytesIO(target.getvalue())).large)) as image:
        assert image.convert("RGB").getpixel((4, 4)) == (255, 255, 255)


def test_the_same_photo_has_the_same_name():
    assert read_photo(BytesIO(photo())).digest == read_photo(BytesIO(photo())).digest
    assert read_photo(BytesIO(photo(colour="blue"))).digest != read_photo(BytesIO(photo())).digest


def bomb(side: int = 30_000) -> bytes:
    """Return a PNG of a few kilobytes that says it is 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * 100))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", id="svg"),
        pytest.param(b"<html><script>alert(1)</script>", id="a page"),
        pytest.param(b"%PDF-1.7", id="pdf"),
        pytest.param(b"GIF89a" + bytes(20), id="gif"),
        pytest.param(photo()[:200], id="cut off"),
        pytest.param(bomb(), id="bomb"),
        pytest.param(bomb(9_000), id="large but below the warning of the library"),
        # Made when it is asked for: every process that collects the tests would make it.
        pytest.param(lambda: photo((5_100, 5_000), "PNG"), id="small to send, large to decode"),
        pytest.param(
            lambda: photo((5_100, 5_000), progressive=True), id="no less so as such a JPEG"
        ),
        pytest.param(b"\xff\xd8\xff" + b"<script>", id="only begins like a photo"),
    ],
)
def test_what_is_no_photo_is_refused(data):
    assert refused(data() if callable(data) else data) == "bad_photo"


def test_a_camera_s_photo_may_be_larger_and_stays_small_in_memory():
    read = read_photo(BytesIO(photo((7_000, 5_000))))
    assert (read.width, read.height) == (1600, 1143)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_pixels_of_any_kind_become_a_photo(mode):
    target = BytesIO()
    Image.new(mode, (1700, 10)).save(target, "PNG")
    assert read_photo(BytesIO(target.getvalue())).width == 1600


def test_one_photo_is_decoded_at_a_time(monkeypatch):
    """A second one waits. Without the lock both would be at it together."""
    inside, most = 0, 0

    def slow(data: bytes) -> Image.Image:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        sleep(0.05)
        inside -= 1
        return Image.open(BytesIO(data)).convert("RGB")

    def busiest() -> int:
        nonlocal most
        most = 0
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda _: read_photo(BytesIO(photo())), range(3)))
        return most

    monkeypatch.setattr(photos, "_upright", slow)
    assert busiest() == 1
    monkeypatch.setattr(photos, "_ONE_AT_A_TIME", nullcontext())
    assert busiest() > 1


def test_a_file_too_large_is_not_even_opened():
    assert refused(photo() + bytes(LARGEST_BYTES)) == "bad_photo"


def test_a_file_that_is_a_photo_and_a_page_leaves_as_a_photo_alone():
    page = b"<html><script>alert(document.domain)</script></html>"
    read = read_photo(BytesIO(photo(comment=page) + page))
    assert b"<script" not in read.large + read.small
    assert read.large[:4] == b"RIFF"

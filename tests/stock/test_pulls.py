"""Files fetched from an address: on time, once, and never at the price of a secret."""

import base64
import gzip
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import execute, fetch
from comptoir.core.errors import DomainError, Invalid, NotFound
from comptoir.stock import tasks
from comptoir.stock.arrivals import pulls
from comptoir.stock.arrivals.pulls import due, end_pull, pull, pulls_of, set_pull
from comptoir.stock.models import FeedPull, Offer, Report
from tests.answering import answering, reply
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anywhere(settings) -> None:
    settings.OUTGOING_ANYWHERE = True


@pytest.fixture
def shop():
    return make_shop(siret="73282932000074")


class Site:
    """A web server with one file; it remembers what it was asked."""

    def __init__(self) -> None:
        self.content, self.status = b"", 200
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []

    def __call__(self, handler) -> None:
        self.asked.append({name.lower(): value for name, value in handler.headers.items()})
        known = self.headers.get("ETag")
        if known and handler.headers.get("If-None-Match") == known:
            reply(handler, 304)
        else:
            reply(handler, self.status, self.content, **self.headers)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def url(site):
    with answering(site) as address:
        yield f"{address}/export/stock.csv"


def table(**copies: int) -> bytes:
    return "\n".join(["ean;quantity", *(f"{e};{n}" for e, n in copies.items()), ""]).encode()


def poll(shop, url: str, **values) -> FeedPull:
    return set_pull(shop=shop, url=url, actor=SYSTEM, **({"every_minutes": 60} | values))


def later(one: FeedPull) -> Report | None:
    """Ask again, as if it were due."""
    FeedPull.objects.filter(pk=one.pk).update(next_at=timezone.now())
    return now(one)


def now(one: FeedPull) -> Report | None:
    return pull(one.pk, timezone.now())


def copies() -> dict[str, int]:
    return dict(Offer.objects.values_list("product__ean", "on_hand"))


def test_a_file_is_fetched_with_the_moment_that_the_server_gives(shop, site, url) -> None:
    book, written = make_product(), timezone.now().replace(microsecond=0) - timedelta(hours=2)
    site.content, site.headers = table(**{book.ean: 3}), {"Last-Modified": format_datetime(written)}
    told = now(poll(shop, url))
    assert told is not None
    assert (told.as_of, told.file_name) == (written, "stock.csv")
    assert copies() == {book.ean: 3}


def test_a_moment_without_a_zone_is_in_utc(shop, site, url) -> None:
    written = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    last_modified = format_datetime(written).replace("+0000", "-0000")
    site.content, site.headers = table(**{make_product().ean: 3}), {"Last-Modified": last_modified}
    report = now(poll(shop, url))
    assert report is not None
    assert report.as_of == written


@pytest.mark.parametrize("header", [{}, {"Content-Encoding": "gzip"}])
def test_a_gzip_is_unpacked_whatever_it_says(shop, site, url, header) -> None:
    book = make_product()
    site.content, site.headers = gzip.compress(table(**{book.ean: 3}), mtime=0), header
    assert now(poll(shop, url))
    assert copies() == {book.ean: 3}


def test_an_unchanged_file_is_not_sent_again(shop, site, url) -> None:
    site.content, site.headers = table(**{make_product().ean: 3}), {"ETag": '"a"'}
    one = poll(shop, url)
    assert now(one)
    assert later(one) is None
    assert site.asked[1]["if-none-match"] == '"a"'
    one.refresh_from_db()
    assert (one.trouble, one.failures) == ("", 0)
    assert Report.objects.count() == 1


def test_the_same_changes_fetched_again_are_not_applied_again(shop, site, url) -> None:
    site.content = table(**{make_product().ean: 3})
    one = poll(shop, url, format="csv", mode="delta")
    first = now(one)
    assert later(one) == first
    assert Report.objects.count() == 1


def test_it_is_asked_when_it_is_due_and_once(shop, site, url) -> None:
    site.content = table(**{make_product().ean: 3})
    one = poll(shop, url)
    assert due(timezone.now()) == [one.pk]
    assert now(one)
    assert now(one) is None
    assert due(timezone.now()) == []
    assert due(timezone.now() + timedelta(minutes=61)) == [one.pk]
    assert len(site.asked) == 1


def test_without_the_claim_it_would_be_asked_twice(shop, site, url, monkeypatch) -> None:
    site.content = table(**{make_product().ean: 3})
    one = poll(shop, url)
    monkeypatch.setattr(pulls, "_claim", lambda pk, at: FeedPull.objects.get(pk=pk))
    now(one)
    now(one)
    assert len(site.asked) == 2


class Overtaken:
    """A file whose fetching takes so long that the next try begins and ends before it."""

    def __init__(self, monkeypatch) -> None:
        self.slow, self._first = pulls._pull_file, True
        monkeypatch.setattr(pulls, "_pull_file", self)

    def __call__(self, one: FeedPull, at) -> Report | None:
        if not self._first:
            raise Invalid("bad_header", "the newer word")
        self._first = False
        assert pull(one.pk, at + timedelta(hours=2)) is None
        return self.slow(one, at)


def word_of(one: FeedPull) -> tuple[str, int]:
    one.refresh_from_db()
    return one.trouble, one.failures


def test_one_that_ends_late_does_not_overwrite_the_newer_word(shop, site, url, monkeypatch) -> None:
    site.content = table(**{make_product().ean: 3})
    one = poll(shop, url)
    Overtaken(monkeypatch)
    assert now(one)
    assert word_of(one) == ("the newer word", 1)


def test_without_its_claim_the_late_one_would_overwrite_it(shop, site, url, monkeypatch) -> None:
    site.content = table(**{make_product().ean: 3})
    one = poll(shop, url)
    Overtaken(monkeypatch)
    monkeypatch.setattr(pulls, "_claimed", lambda one: FeedPull.objects.filter(pk=one.pk))
    assert now(one)
    assert word_of(one) == ("", 0)


def test_a_change_made_while_it_is_asked_is_kept(shop, site, url, monkeypatch) -> None:
    site.content, site.headers = table(**{make_product().ean: 3}), {"ETag": '"a"'}
    one = poll(shop, url)
    fetch = pulls._pull_file

    def changed_meanwhile(claimed: FeedPull, at) -> Report | None:
        poll(shop, url, format="csv", mode="delta")
        return fetch(claimed, at)

    monkeypatch.setattr(pulls, "_pull_file", changed_meanwhile)
    assert now(one)
    one.refresh_from_db()
    assert (one.etag, one.told_at) == ("", None)
    assert one.pk in due(timezone.now())


def test_a_fault_of_ours_is_told_and_raised(shop, url, monkeypatch) -> None:
    one = poll(shop, url)

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pulls, "_pull_file", broken)
    with pytest.raises(ZeroDivisionError):
        now(one)
    trouble, failures = word_of(one)
    assert failures == 1
    assert "de notre côté" in trouble


def take_job() -> int | None:
    """Take a job that may run, as a worker does."""
    ((key,),) = fetch("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['pull']::varchar[], NULL)")
    return key


def test_a_second_job_of_an_address_waits_for_the_first_to_end(shop, url) -> None:
    one = poll(shop, url)
    tasks.pull_due(timestamp=0)
    assert take_job() is not None
    tasks.pull_due(timestamp=60)
    assert take_job() is None
    # The control: without their lock, both would run.
    waiting = ProcrastinateJob.objects.get(queue_name="pull", status="todo")
    assert waiting.lock == f"stock.pull.{one.pk}"
    execute("UPDATE procrastinate_jobs SET lock = NULL WHERE id = %s", [waiting.pk])
    assert take_job() == waiting.pk


@pytest.mark.parametrize(
    ("status", "content", "word"),
    [
        (401, b"", "mot de passe"),
        (500, b"", "mot de passe"),
        (200, b"\0nothing of a till", ""),
        (200, gzip.compress(b"ean;quantity\n", mtime=0)[:-3], "abîmé"),
        (200, gzip.compress(bytes(101_000_000), mtime=0), "100"),
    ],
)
def test_what_fails_is_told_and_tried_later(shop, site, url, status, content, word) -> None:
    site.status, site.content = status, content
    one = poll(shop, url, every_minutes=5)
    waits = []
    for _time in range(4):
        at = timezone.now() + timedelta(days=1)
        assert pull(one.pk, at) is None
        one.refresh_from_db()
        waits.append(one.next_at - at)
        FeedPull.objects.update(next_at=timezone.now())
    assert one.trouble
    assert word in one.trouble
    assert one.failures == 4
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=16)
    assert not Report.objects.exists()


def test_the_password_goes_there_and_nowhere_else(shop, site, url) -> None:
    site.content = table(**{make_product().ean: 3})
    one = poll(shop, url, user="till", password="geheim")
    now(one)
    expected = base64.b64encode(b"till:geheim").decode()
    assert site.asked[0]["authorization"] == f"Basic {expected}"
    assert "geheim" not in str(one) + repr(one)
    later(poll(shop, url, password="token"))
    assert site.asked[1]["authorization"] == "Bearer token"
    later(poll(shop, url, user="till", password="schön…"))
    assert site.asked[2]["authorization"].startswith("Basic ")


def test_only_public_addresses_are_asked(shop, settings, url) -> None:
    """Nor entered; one that was entered before is looked at again each time."""
    private = url.replace("http:", "https:")
    one = poll(shop, private)
    settings.OUTGOING_ANYWHERE = False
    for refused in (url, private, "https://caisse.lan/stock.csv"):
        with pytest.raises(DomainError) as refusal:
            poll(shop, refused)
        assert refusal.value.code == "bad_url"
    assert now(one) is None
    one.refresh_from_db()
    assert one.trouble
    assert one.failures == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"every_minutes": 1}, "bad_interval"),
        ({"every_minutes": 20_000}, "bad_interval"),
        ({"format": "square"}, "bad_format"),
        ({"format": "asc", "mode": "delta"}, "bad_mode"),
        ({"user": "a:b", "password": "x"}, "bad_secret"),
        ({"user": "a", "password": "x\ny"}, "bad_secret"),
        ({"password": "jeton…"}, "bad_secret"),
    ],
)
def test_what_cannot_be_asked_is_refused(shop, values, code) -> None:
    with pytest.raises(DomainError) as refusal:
        poll(shop, "https://example.org/stock.csv", **values)
    assert refusal.value.code == code
    assert not FeedPull.objects.exists()


def test_an_address_can_be_ended(shop) -> None:
    poll(shop, "https://example.org/stock.csv")
    assert len(pulls_of(shop, SYSTEM)) == 1
    end_pull(shop=shop, url="https://example.org/stock.csv", actor=SYSTEM)
    assert pulls_of(shop, SYSTEM) == []
    with pytest.raises(NotFound):
        end_pull(shop=shop, url="https://example.org/stock.csv", actor=SYSTEM)


def test_a_provider_is_asked_for_everything_once_a_day_and_for_changes_between(
    shop, site, url, monkeypatch
) -> None:
    asked = []
    report = Report()
    monkeypatch.setattr(pulls, "pull_provider", lambda **v: asked.append(v["since"]) or report)
    one = poll(shop, url, kind="passculture", every_minutes=60)
    start = timezone.now()
    for hours in range(0, 27, 2):
        assert pull(one.pk, start + timedelta(hours=hours)) is report
    everything = [number for number, since in enumerate(asked) if since is None]
    assert everything == [0, 12]
    assert asked[3] == start + timedelta(hours=4)

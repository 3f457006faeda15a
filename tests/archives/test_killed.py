"""An export whose worker is killed is made anew by the next; what is offered is whole."""

import io
import zipfile

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.archives.models import Bundle, BundlePiece
from comptoir.archives.operations import bundles
from comptoir.core.db import execute
from comptoir.core.errors import Conflict
from comptoir.core.tasks import DEAD_AFTER_SECONDS, MOST_TRIES, retry_stalled
from comptoir.shops.models import Shop
from tests.factories import make_offer, make_shop
from tests.worker import killed, no_jobs, work  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """What ends a worker in the middle of its job."""


@pytest.fixture
def shop() -> Shop:
    made = make_shop(name="Le Pilori")
    make_offer(shop=made, on_hand=2)
    return made


@pytest.fixture
def begun(shop, monkeypatch) -> Bundle:
    """An export of which the file was written when its worker was killed."""
    bundle = bundles.ask(shop=shop, actor=SYSTEM)

    def die(*_kept: object) -> None:
        BundlePiece.objects.create(bundle=bundle, number=0, content=b"half")
        raise Killed

    with monkeypatch.context() as there:
        there.setattr(bundles, "_keep", die)
        with pytest.raises(Killed):
            bundles.make(bundle.pk)
    killed(seconds_ago=DEAD_AFTER_SECONDS + 1)
    return bundle


def test_it_is_made_anew_and_whole(begun, shop):
    begun.refresh_from_db()
    assert begun.state == "working"
    with pytest.raises(Conflict):
        bundles.fetch(shop=shop, actor=SYSTEM)
    assert bundles.give_up() == 0, "its job is not given up yet"
    retry_stalled.defer(timestamp=0)
    work()
    begun.refresh_from_db()
    found, pieces = bundles.fetch(shop=shop, actor=SYSTEM)
    sent = b"".join(pieces)
    assert len(sent) == found.size == begun.size
    with zipfile.ZipFile(io.BytesIO(sent)) as packed:
        assert packed.testzip() is None


def test_control_nobody_makes_it_where_the_dead_are_not_looked_for(begun):
    work("--queues", "trial")
    begun.refresh_from_db()
    assert begun.state == "working"


def test_one_that_kills_its_worker_each_time_is_said_to_have_failed(begun):
    execute("UPDATE procrastinate_jobs SET attempts = %s", [MOST_TRIES])
    retry_stalled.defer(timestamp=0)
    work()
    bundles.give_up()  # as its job does, which may have had its minute
    begun.refresh_from_db()
    assert begun.state == "failed"


def test_one_that_is_made_anew_while_it_is_fetched_ends_in_the_middle(shop, monkeypatch):
    monkeypatch.setattr(bundles, "pieces_of", lambda file: iter([file.read(1000), file.read()]))
    bundles.make(bundles.ask(shop=shop, actor=SYSTEM).pk)
    _bundle, pieces = bundles.fetch(shop=shop, actor=SYSTEM)
    assert len(next(pieces)) == 1000
    bundles.ask(shop=shop, actor=SYSTEM)
    with pytest.raises(bundles.Gone):
        next(pieces)

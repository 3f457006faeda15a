"""A file of which hardly a line can be read is not read to its end."""

from collections.abc import Iterator

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.stock.formats.lines import UNKNOWN_ITEM, RefusedLine, StockLine
from comptoir.stock.models import Condition, Report
from comptoir.stock.reports import intake
from comptoir.stock.reports.intake import Incoming, spooled
from tests.factories import ean, make_shop

pytestmark = pytest.mark.django_db
MOST = 50


@pytest.fixture(autouse=True)
def few(monkeypatch) -> None:
    monkeypatch.setattr(intake, "HOPELESS", MOST)


def lines(read: list[int], *, good_every: int, code: str = "bad_ean") -> Iterator[object]:
    """Yield 200 lines, one of so many good; note which were asked for."""
    for number in range(1, 201):
        read.append(number)
        if (number - 1) % good_every == 0:
            yield StockLine(number, ean(number), 1, None, Condition.NEW)
        else:
            yield RefusedLine(number, code, "no", "x")


def take(given: Iterator[object]) -> tuple[int, int]:
    incoming = Incoming(
        shop=make_shop(), format="csv", mode="delta", as_of=None, lines=given, actor=SYSTEM
    )
    with spooled(incoming) as received:
        return received.lines, received.refused


def test_it_ends_where_most_of_many_lines_are_refused() -> None:
    read: list[int] = []
    with pytest.raises(Invalid) as refusal:
        take(lines(read, good_every=10))
    assert refusal.value.code == "not_such_a_file"
    assert len(read) < 60
    assert f"{MOST + 1}" in str(refusal.value)
    assert not Report.objects.exists()


@pytest.mark.parametrize(("every", "code"), [(2, "bad_ean"), (10, UNKNOWN_ITEM)])
def test_a_file_with_as_many_good_lines_or_unknown_articles_is_read(every, code) -> None:
    read: list[int] = []
    taken, _refused = take(lines(read, good_every=every, code=code))
    assert taken == len(read) == 200

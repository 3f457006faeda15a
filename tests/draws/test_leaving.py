"""Who leaves a draw, or is erased, goes at any time; the proof of the draw stays."""

from datetime import UTC

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import NotFound
from comptoir.draws import operations
from comptoir.draws.fairness import faults, order
from comptoir.draws.models import DrawEntry, EntryState
from comptoir.draws.operations.lots import listed
from comptoir.draws.person import erase
from comptoir.draws.reads import draw_rows, published
from comptoir.notifications.models import Message
from comptoir.orders.checks import problems
from tests.draws.world import DAY, KNOWN, NOW, drawn, person

pytestmark = pytest.mark.django_db


def test_who_leaves_is_erased_and_may_enter_again(draw):
    entry = person(draw, "p@example.org")
    operations.leave(token=entry.token, now=NOW)
    assert not DrawEntry.objects.exists()
    assert not Message.objects.filter(about=f"draw:{entry.pk}").exists()
    assert person(draw, "p@example.org").pk != entry.pk


@pytest.mark.parametrize("how", ["leaves", "erased"])
def test_who_is_in_a_frozen_list_may_go_and_the_proof_stays(draw, how):
    """Before and after the draw is made, by the link and with all else that is kept of them: no
    copy goes to them. The control: without their hash the list that was published is another."""
    entries = [person(draw, f"p{number}@example.org") for number in range(6)]
    operations.freeze_due(now=NOW + DAY)
    draw.refresh_from_db()
    frozen = published(draw)["entries"]
    ahead = order(bytes(draw.seed), "beacon 42", listed(draw))
    first = next(each for each in entries if each.digest == ahead[0][0])

    def go(entry, at):
        if how == "leaves":
            operations.leave(token=entry.token, now=at)
        else:
            erase(entry.email, at)

    go(first, NOW + DAY)
    assert published(draw)["entries"] == frozen
    made = operations.draw_lots(draw=draw, value="beacon 42", actor=SYSTEM, now=KNOWN)
    last = made.entries.get(place=6)
    go(last, KNOWN)
    told = published(made)
    assert (faults(told), told["winners"][0]) == ([], first.digest)
    offered = made.entries.filter(state=EntryState.OFFERED).order_by("place")
    assert list(offered.values_list("place", flat=True)) == [2, 3, 4]
    for gone in (first, last):
        left = DrawEntry.objects.get(pk=gone.pk)
        assert (left.name, left.email, left.key, left.token) == ("", "", None, None)
        assert not Message.objects.filter(about=f"draw:{gone.pk}").exists()
    with pytest.raises(NotFound):
        operations.take(token=first.token, now=KNOWN)
    (row,) = draw_rows(made.shop, [made], UTC, KNOWN, str)
    assert [entry.place for entry in row.winners] == [2, 3, 4]
    DrawEntry.objects.filter(pk=first.pk).delete()
    assert "the list is another one" in faults(published(made))


def test_who_has_won_and_is_erased_gives_the_copy_to_the_next(draw, offer):
    made = drawn(draw, people=4)
    operations.take(token=made.entries.get(place=2).token, now=KNOWN)
    for entry in made.entries.filter(place__lte=2):
        erase(entry.email, KNOWN)
    states = list(made.entries.order_by("place").values_list("state", "email"))
    assert states[:2] == [(EntryState.PASSED, ""), (EntryState.TAKEN, "")]
    assert [state for state, _email in states[2:]] == [EntryState.OFFERED] * 2
    assert list(problems()) == []


def test_people_are_erased_and_the_proof_stays(draw, settings):
    made = drawn(draw)
    operations.follow_due(now=NOW + 11 * DAY)
    told = published(made)
    later = NOW + (12 + settings.ERASE_AFTER_DAYS) * DAY
    assert operations.erase_due(now=later) == 1
    left = made.entries.values_list("name", "email", "key", "token")
    assert set(left) == {("", "", None, None)}
    made.refresh_from_db()
    assert published(made) == told
    assert faults(told) == []
    assert not Message.objects.filter(about__startswith="draw:").exists()

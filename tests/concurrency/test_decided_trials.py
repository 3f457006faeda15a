"""A file that is looked at: whoever applies it, reads it again or clears up meets the others."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict
from comptoir.stock.arrivals import uploads
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import FeedRun, Offer, RunStatus, Trial, TrialState
from comptoir.stock.reports import intake
from comptoir.stock.reports.preview import apply_seen, preview_telling
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looked_at() -> FeedRun:
    return preview_telling(
        shop=make_shop(),
        format="asc",
        mode="snapshot",
        as_of=None,
        lines=[StockLine(1, make_product().ean, 3, 990)],
        actor=SYSTEM,
    )


@pytest.fixture
def trial(looked_at) -> Trial:
    return Trial.objects.create(
        shop=looked_at.feed.shop,
        file_name="stock.asc",
        size=1,
        state=TrialState.READY,
        run=looked_at,
        actor_kind=SYSTEM.kind.value,
        actor_id=SYSTEM.id,
    )


def meanwhile(run: FeedRun, second) -> tuple[list[BaseException], bool]:
    """Do something while a run that was looked at is applied."""
    with stopped_at(intake, "take_kept") as stop:
        return overtake(stop, lambda: apply_seen(run=run, actor=SYSTEM, seen=""), second)


def clear_up() -> None:
    uploads.erase_abandoned(now=timezone.now() + timedelta(hours=25))


def test_what_is_being_applied_is_not_cleared_up(looked_at):
    assert meanwhile(looked_at, clear_up) == ([], False)
    assert FeedRun.objects.get().status == RunStatus.APPLIED
    assert Offer.objects.get().on_hand == 3


def test_without_the_lock_one_of_them_would_be_ended(looked_at, monkeypatch):
    monkeypatch.setattr(
        uploads,
        "_lock_abandoned",
        lambda before: list(
            FeedRun.objects.filter(status=RunStatus.PREVIEWED, received_at__lt=before).values_list(
                "pk", flat=True
            )
        ),
    )
    raised, waited = meanwhile(looked_at, clear_up)
    assert waited
    assert [type(error) for error in raised] == [OperationalError]
    assert "deadlock" in str(raised[0])


def test_to_read_again_waits_for_who_applies(looked_at, trial):
    raised, waited = meanwhile(looked_at, lambda: uploads.read_again(trial, actor=SYSTEM))
    assert waited
    assert [type(error) for error in raised] == [Conflict]
    assert FeedRun.objects.get().status == RunStatus.APPLIED
    assert not Trial.objects.exists()


def test_with_the_trial_first_one_of_them_would_be_ended(looked_at, trial, monkeypatch):
    def trial_first(trial: Trial) -> tuple[Trial, FeedRun | None]:
        found = Trial.objects.select_for_update().get(pk=trial.pk)
        return found, found.run

    monkeypatch.setattr(uploads, "_locked", trial_first)
    raised, _waited = meanwhile(looked_at, lambda: uploads.read_again(trial, actor=SYSTEM))
    assert [type(error) for error in raised] == [OperationalError]
    assert "deadlock" in str(raised[0])

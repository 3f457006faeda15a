"""A file that is looked at: whoever applies it, reads it again or clears up meets the others."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict
from comptoir.stock.arrivals import uploads
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, Report, ReportStatus, Upload, UploadState
from comptoir.stock.reports import intake
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import apply_report, preview_report
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looked_at() -> Report:
    return preview_report(
        Incoming(
            shop=make_shop(),
            format="asc",
            mode="snapshot",
            as_of=None,
            lines=[StockLine(1, make_product().ean, 3, 990)],
            actor=SYSTEM,
        )
    )


@pytest.fixture
def upload(looked_at) -> Upload:
    return Upload.objects.create(
        shop=looked_at.feed.shop,
        file_name="stock.asc",
        size=1,
        state=UploadState.READY,
        report=looked_at,
        actor_kind=SYSTEM.kind.value,
        actor_id=SYSTEM.id,
    )


def meanwhile(report: Report, second) -> tuple[list[BaseException], bool]:
    """Do something while a run that was looked at is applied."""
    with stopped_at(intake, "take_kept") as stop:
        return overtake(stop, lambda: apply_report(report=report, actor=SYSTEM, seen=""), second)


def clear_up() -> None:
    uploads.erase_abandoned(now=timezone.now() + timedelta(hours=25))


def test_what_is_being_applied_is_not_cleared_up(looked_at):
    assert meanwhile(looked_at, clear_up) == ([], False)
    assert Report.objects.get().status == ReportStatus.APPLIED
    assert Offer.objects.get().on_hand == 3


def test_without_the_lock_one_of_them_would_be_ended(looked_at, monkeypatch):
    monkeypatch.setattr(
        uploads,
        "_lock_abandoned",
        lambda before: list(
            Report.objects.filter(
                status=ReportStatus.PREVIEWED, received_at__lt=before
            ).values_list("pk", flat=True)
        ),
    )
    raised, waited = meanwhile(looked_at, clear_up)
    assert waited
    assert [type(error) for error in raised] == [OperationalError]
    assert "deadlock" in str(raised[0])


def test_to_read_again_waits_for_who_applies(looked_at, upload):
    raised, waited = meanwhile(looked_at, lambda: uploads.read_again(upload, actor=SYSTEM))
    assert waited
    assert [type(error) for error in raised] == [Conflict]
    assert Report.objects.get().status == ReportStatus.APPLIED
    assert not Upload.objects.exists()


def test_with_the_trial_first_one_of_them_would_be_ended(looked_at, upload, monkeypatch):
    def trial_first(upload: Upload) -> tuple[Upload, Report | None]:
        found = Upload.objects.select_for_update().get(pk=upload.pk)
        return found, found.report

    monkeypatch.setattr(uploads, "_locked", trial_first)
    raised, _waited = meanwhile(looked_at, lambda: uploads.read_again(upload, actor=SYSTEM))
    assert [type(error) for error in raised] == [OperationalError]
    assert "deadlock" in str(raised[0])

"""Two jobs that find the same title back at once write to its reader once."""

import pytest
from django.utils import timezone

from comptoir.alerts import operations
from comptoir.alerts.models import Alert
from comptoir.alerts.operations import news
from comptoir.notifications.models import Message
from tests.alerts.waiting import arrives, waits_for
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


def mails_of_two_jobs_at_once() -> int:
    """Have a second job come by while the first is about to write; return how many mails leave."""
    title, shop = make_product(), make_shop()
    waits_for(title)
    arrives(title, shop)
    while operations.follow():
        pass
    now = timezone.now()
    with stopped_at(news, "_write") as stop:
        raised, _waited = overtake(stop, *[lambda: operations.tell(now=now)] * 2)
    assert raised == []
    return Message.objects.filter(template="alert_back").count()


@pytest.fixture
def without_limits(settings):
    settings.RATE_LIMITS = False


def test_two_jobs_at_once_write_once(without_limits):
    assert mails_of_two_jobs_at_once() == 1


def test_without_the_lock_there_would_be_two_mails(without_limits, monkeypatch):
    def read(now):
        return list(Alert.objects.filter(due_at__lte=now, mail=""))

    monkeypatch.setattr(news, "_lock_due", read)
    assert mails_of_two_jobs_at_once() == 2

"""Two who claim one shop, opened by two coordinators in the same moment: one owner comes in."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.core.errors import Conflict
from comptoir.shops.models import Invitation
from comptoir.shops.operations.requests import answers, open_request
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_coordinator, make_network, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


def open_both() -> list[BaseException]:
    """Open two claims of one shop, the second while the first is about to invite."""
    network, shop = make_network(), make_shop()
    keys = [
        network.requests.create(
            shop=shop,
            state="confirmed",
            asker_name=name,
            asker_email=f"{name}@example.org",
            ends_at=timezone.now() + timedelta(days=1),
        ).pk
        for name in ("ana", "bob")
    ]
    people = [make_coordinator(network).actor for _ in keys]
    works = [
        partial(open_request, request_id=key, actor=actor)
        for key, actor in zip(keys, people, strict=True)
    ]
    with stopped_at(answers, "write_invitation") as stop:
        return overtake(stop, *works)[0]


def test_one_of_two_claims_is_opened() -> None:
    raised = open_both()
    assert [type(each) for each in raised] == [Conflict]
    assert raised[0].code == "claimed_already"
    assert Invitation.objects.get().email == "ana@example.org"


def test_control_without_locks_both_are(monkeypatch) -> None:
    monkeypatch.setattr(answers, "lock", lambda _space: None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    assert open_both() == []
    assert Invitation.objects.count() == 2

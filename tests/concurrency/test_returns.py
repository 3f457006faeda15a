"""Somebody comes back to a shop in the very moment in which their account is erased."""

import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import User
from comptoir.shops.operations import accept_invitation, invitations, invite_staff
from comptoir.shops.operations.people import erase_gone
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_shop

pytestmark = pytest.mark.django_db(transaction=True)
LEA = "lea@example.org"


def about_to_commit() -> None:
    """Where whoever comes back is stopped."""


def come_back(link: str) -> None:
    with transaction.atomic():
        accept_invitation(link=link)
        about_to_commit()


def come_back_meanwhile() -> tuple[list[type[BaseException]], bool]:
    """Let somebody who left long ago join a shop, and erase before they have; return what was
    raised, and whether the erasure waited."""
    now = timezone.now()
    User.objects.create_user(LEA)
    User.objects.update(left_at=now - timedelta(days=4000))
    link = invitations.link_of(invite_staff(shop=make_shop(), email=LEA, actor=SYSTEM))
    with stopped_at(sys.modules[__name__], "about_to_commit") as stop:
        raised, waited = overtake(stop, lambda: come_back(link), lambda: erase_gone(now=now))
    return [type(error) for error in raised], waited


def test_their_account_stays():
    assert come_back_meanwhile() == ([], True)
    assert list(User.objects.values_list("email", "jobs__role")) == [(LEA, "staff")]


def test_control_without_the_lock_nothing_is_erased(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    assert come_back_meanwhile() == ([IntegrityError], True)

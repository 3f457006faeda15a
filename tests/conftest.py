"""Fixtures that every test may use, and what holds in each of them."""

import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.http import HttpRequest
from django.test import TransactionTestCase
from django.utils import translation

from comptoir.accounts.factor import note_given
from comptoir.accounts.models import User
from comptoir.api.door import ApiDoor
from comptoir.catalogue import memory as titles
from comptoir.core import limits
from comptoir.core.flood import guesses
from comptoir.core.flood.gauge import gauge
from comptoir.draws import memory as draws
from comptoir.events import memory as windows
from comptoir.neighbours import memory as neighbours
from comptoir.networks.pages import memory as boards
from comptoir.payments import memory as payments
from comptoir.releases import memory as releases
from comptoir.shops import memory as shops
from comptoir.shops.choice import portals
from comptoir.site.answers import refusals
from tests import pattern
from tests.clean import empty
from tests.documented import wrong_in
from tests.embedded import MINE
from tests.installation.copies import END_OTHERS
from tests.served import address_of

_wrong: list[str] = []


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Have the tests' database copied, on a server of their own, from the one that the pattern
    brings: what is left to migrate is nothing."""
    if os.environ.get(MINE):
        connection.settings_dict["TEST"]["TEMPLATE"] = pattern.DATABASE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """End who still holds the tests' database before it is dropped: a thread that answered a test
    may, and to drop one that is in use fails."""
    yield
    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(END_OTHERS, [name])


@pytest.fixture(scope="session", autouse=True)
def answers_are_compared() -> Iterator[None]:
    """Compare what the API answers with its document, whoever asks in this process."""
    answer = ApiDoor.__call__

    def compared(self, request):
        has_no_body = request.method == "HEAD"
        response = answer(self, request)
        _wrong.extend([] if has_no_body else wrong_in(request, response))
        return response

    ApiDoor.__call__ = compared  # type: ignore[method-assign]
    yield
    ApiDoor.__call__ = answer  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def what_was_committed_is_deleted() -> Iterator[None]:
    """Empty the database after a test whose transactions are real."""
    theirs = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: empty()  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = theirs  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def answers_are_as_documented() -> Iterator[None]:
    """Fail the test during which an answer was not what the document says."""
    yield
    found, _wrong[:] = list(_wrong), []
    assert found == []


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch) -> None:
    """Have a test meet its own shops, titles and windows, as they are: its database is not that of
    the test before, and what it writes it reads at once."""
    monkeypatch.setattr(shops, "KEPT_SECONDS", 0.0)
    shops.forget()
    # Of a test that makes no network nobody need be asked which there are.
    monkeypatch.setattr(portals, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(portals, "_kept", portals._Kept({}, time.monotonic()))
    monkeypatch.setattr(boards, "KEPT_SECONDS", 0.0)
    boards.forget()
    neighbours.forget()
    titles.forget_all()
    monkeypatch.setattr(windows, "KEPT_SECONDS", 0.0)
    windows.forget()
    monkeypatch.setattr(payments, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(refusals, "KEPT_SECONDS", 0.0)
    refusals.pages.forget()
    monkeypatch.setattr(draws, "KEPT_SECONDS", 0.0)
    # Nor which releases there are, of a test that announces none.
    monkeypatch.setattr(releases, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(releases, "_kept", (releases.Releases({}), time.monotonic()))


@pytest.fixture
def shops_are_kept(nothing_is_kept, monkeypatch) -> None:
    """Have the shops, their windows and what networks say kept as they are when they are first
    asked for, until they are forgotten; and that there are no draws."""
    monkeypatch.setattr(boards, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(shops, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(windows, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(draws, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(draws, "_kept", ({}, time.monotonic()))


@pytest.fixture(autouse=True)
def signed_in_by_both() -> Iterator[None]:
    """Have whom a test signs in outright (`force_login`, whose request is nobody's) have given the
    second factor, if they have one; who signs in by the pages gives it there."""

    def note(request: HttpRequest, user: User, **_more: Any) -> None:
        if request.method is None and (found := Authenticator.objects.filter(user=user).first()):
            note_given(request, found)

    user_logged_in.connect(note)
    yield
    user_logged_in.disconnect(note)


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """Have each test begin in the installation's language: a command speaks its user's, and in a
    test's process goes on speaking it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_read_is_counted_on() -> None:
    """Have each test begin with nobody having asked for anything."""
    limits.reads.clear()
    gauge.forget()
    guesses.forget()

"""Secrets by which programs act."""

import pytest

from comptoir.accounts import tokens
from comptoir.accounts.actors import ActorKind
from comptoir.accounts.models import ApiToken

pytestmark = pytest.mark.django_db


def test_a_secret_acts_for_its_token_and_is_not_kept():
    token, secret = tokens.issue("till")
    actor = tokens.authenticate(secret)
    assert (actor.kind, actor.id) == (ActorKind.TOKEN, token.pk)
    stored = ApiToken.objects.values().get()
    assert secret not in str(stored)
    assert stored["digest"] == tokens.digest(secret)


def test_two_secrets_differ():
    assert tokens.issue("a")[1] != tokens.issue("a")[1]


@pytest.mark.parametrize("secret", ["", "cpt_", "cpt_wrong", "x" * 5000, "cpt_" + "é" * 40])
def test_a_wrong_secret_acts_for_nobody(secret):
    tokens.issue("till")
    assert tokens.authenticate(secret) is None


def test_the_digest_is_no_secret():
    token, _secret = tokens.issue("till")
    assert tokens.authenticate(token.digest) is None
    assert tokens.authenticate(f"cpt_{token.digest}") is None


def test_a_revoked_secret_acts_for_nobody():
    token, secret = tokens.issue("till")
    tokens.revoke(token)
    assert tokens.authenticate(secret) is None
    first = ApiToken.objects.get().revoked_at
    tokens.revoke(token)
    assert ApiToken.objects.get().revoked_at == first

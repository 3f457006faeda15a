"""The strings of CSRF tokens are made of Django's signs, all equally likely; Django takes them."""

from collections import Counter

from django.middleware import csrf
from django.test import Client

from comptoir.ui import tokens


def test_every_sign_is_as_likely_as_any_other():
    kept = bytes(range(256)).translate(tokens._SIGNS, tokens._LEFT_OVER)
    counts = Counter(kept.decode())
    assert set(counts) == set(csrf.CSRF_ALLOWED_CHARS)
    assert len(set(counts.values())) == 1


def test_it_is_as_long_as_django_wants_it_however_many_bytes_are_thrown_away(monkeypatch):
    given = iter([bytes([255]) * 40, bytes([254, 1]) * 20, bytes(40)])
    monkeypatch.setattr(tokens.secrets, "token_bytes", lambda _count: next(given))
    assert tokens.csrf_string() == "b" * 20 + "a" * 12


def test_no_two_are_alike():
    assert len({tokens.csrf_string() for _ in range(1000)}) == 1000


def test_django_makes_its_tokens_of_them(db):
    assert csrf._get_new_csrf_string is tokens.csrf_string
    client = Client(enforce_csrf_checks=True)
    client.get("/mentions-legales")
    token = client.cookies["csrftoken"].value
    sent = {"csrfmiddlewaretoken": token, "action": "remove", "line": "1"}
    assert client.post("/panier", sent).status_code == 303
    sent["csrfmiddlewaretoken"] = tokens.csrf_string()
    # The control: another one is none.
    assert client.post("/panier", sent).status_code == 403

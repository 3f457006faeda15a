"""The first page of a network's office: what waits there, and a way to it."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.operations.memberships import ask_network, join_network
from tests.counter.conftest import browser_of
from tests.factories import make_coordinator, make_network, make_shop

pytestmark = pytest.mark.django_db


def test_the_first_page_leads_to_what_waits():
    network = make_network(slug="aln")
    browser = browser_of(make_coordinator(network))
    page = browser.get("/bureau/aln/").content.decode()
    assert "Rien ne vous attend." in page
    join_network(shop=make_shop(), network=network, actor=SYSTEM)
    ask_network(shop=make_shop(), network=network, actor=SYSTEM)
    page = browser.get("/bureau/aln/").content.decode()
    assert "1 boutique demande à rejoindre le réseau" in page
    assert "Il y a quelque chose à corriger pour 1 boutique" in page
    assert 'href="/bureau/aln/demandes"' in page
    assert 'href="/bureau/aln/qualite"' in page

"""What pages say in JSON-LD, read by rdflib: each word is schema.org's, and a title leads to the
shops that have it."""

import json

import pytest
from django.conf import settings
from rdflib import RDF, URIRef
from rdflib.namespace import SDO

from comptoir.accounts.actors import SYSTEM
from comptoir.events.operations import announce_event
from comptoir.shops.kinds import StockShown
from tests.site.schedule_reader import graph_of, strange_terms
from tests.verbs.world import MEETING

BASE = settings.BASE_URL


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_word_is_one_of_schema_org(client, street):
    meeting = announce_event(shop=street.near, details=MEETING, actor=SYSTEM)
    for path in (
        *(f"/titre/{each.ref}" for each in (street.book, street.record, street.nowhere)),
        *(f"/boutiques/{each.slug}" for each in (street.near, street.records)),
        f"/agenda/{meeting.pk}",
    ):
        graph = graph_of(page(client, path))
        assert len(graph) > 5
        assert strange_terms(graph) == set(), path


def test_a_word_that_schema_org_has_not_is_found():
    said = {"@context": "https://schema.org", "@type": "BookShop", "openAt": "9:00", "name": "x"}
    script = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    assert strange_terms(graph_of(script)) == {str(SDO) + "BookShop", str(SDO) + "openAt"}


def test_an_offer_is_there_where_the_shop_is(client, street):
    title, shop = page(client, f"/titre/{street.book.ref}"), f"/boutiques/{street.near.slug}"
    graph, node = graph_of(title), URIRef(BASE + shop)
    offers = list(graph.objects(None, SDO.offers))
    assert offers
    there = {graph.value(offer, SDO.availableAtOrFrom) for offer in offers}
    assert node in there
    assert there == {graph.value(offer, SDO.seller) for offer in offers}
    # Joined to the shop's own page the same node has an address and hours.
    joined = graph + graph_of(page(client, shop))
    assert (node, RDF.type, SDO.BookStore) in joined
    assert joined.value(joined.value(node, SDO.address), SDO.addressLocality) is not None
    assert (node, SDO.openingHoursSpecification, None) in joined


@pytest.mark.parametrize(("shown", "count"), [(StockShown.IN_STOCK, 1), (StockShown.NOTHING, 0)])
def test_a_shop_that_shows_nothing_has_no_offer_here(client, street, shown, count):
    street.near.stock_shown = shown
    street.near.save()
    graph = graph_of(page(client, f"/titre/{street.book.ref}"))
    node = URIRef(f"{BASE}/boutiques/{street.near.slug}")
    assert len(set(graph.subjects(SDO.availableAtOrFrom, node))) >= count
    assert ((None, SDO.availableAtOrFrom, node) in graph) is bool(count)

"""Two people write one page at once: the second is told, and both texts are kept."""

import pytest

from comptoir.core.errors import Conflict
from comptoir.networks.models import NetworkRole
from tests.concurrency.together import together
from tests.factories import make_coordinator, make_network
from tests.networks.pages.words import write

pytestmark = pytest.mark.django_db(transaction=True)


def writer(network, page, body):
    """Return the work of an editor who has the first version of a page before them."""
    editor = make_coordinator(network, NetworkRole.EDITOR).actor
    return lambda: write(network, page.slug, body, of=page, after=1, actor=editor)


def test_of_two_who_write_upon_one_version_the_second_is_told():
    network = make_network()
    page = write(network)
    raised = together(writer(network, page, "Un."), writer(network, page, "Deux."))
    assert [(type(each), each.data["number"]) for each in raised] == [(Conflict, 2)]
    page.refresh_from_db()
    assert (page.latest, page.shown, page.versions.count()) == (2, 2, 2)


def test_control_who_write_different_pages_are_told_nothing():
    network = make_network()
    pages = [write(network, title) for title in ("Qui ?", "Quoi ?")]
    assert together(*[writer(network, page, "Un.") for page in pages]) == []
    assert [page.versions.count() for page in pages] == [2, 2]

"""What the search field asks, and the command line."""

import pytest
from click.testing import CliRunner
from django.urls import reverse

from comptoir.search.commands import search as command
from tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db


def test_suggestions_as_json(index, client):
    product = make_product(title="La Peste", byline="Albert Camus")
    index()
    answer = client.get(
        reverse("search:suggest"), {"q": "pes"}, headers={"accept": "application/json"}
    )
    assert answer.json() == {
        "suggestions": [
            {
                "label": "La Peste",
                "detail": "Albert Camus",
                "url": reverse("site:product", args=[product.ref]),
            }
        ]
    }
    assert "max-age=60" in answer["Cache-Control"]
    assert "Accept" in answer["Vary"]


def test_suggestions_as_html_are_escaped(index, client):
    make_product(title="<b>La Peste</b>")
    index()
    answer = client.get(reverse("search:suggest"), {"q": "peste"})
    assert b"&lt;b&gt;La Peste" in answer.content
    assert b"<b>" not in answer.content


def test_at_most_eight_suggestions_and_none_without_an_index(index, client):
    for number in range(12):
        make_product(title=f"La Peste {number}")
    ask = {"q": "peste"}
    json = {"accept": "application/json"}
    assert client.get(reverse("search:suggest"), ask, headers=json).json() == {"suggestions": []}
    index()
    answer = client.get(reverse("search:suggest"), ask, headers=json).json()
    assert len(answer["suggestions"]) == 8


def test_only_reading_is_allowed(client):
    assert client.post(reverse("search:suggest")).status_code == 405


def test_the_command_line_rebuilds_and_finds(db):
    make_offer(product=make_product(title="La Peste", byline="Albert Camus"), on_hand=3)
    runner = CliRunner()
    rebuilt = runner.invoke(command, ["rebuild"])
    assert rebuilt.exit_code == 0
    assert "1 products can be found." in rebuilt.output
    found = runner.invoke(command, ["query", "pestes", "--near", "Poitiers", "--in-stock"])
    assert found.exit_code == 0, found.output
    assert "La Peste  Albert Camus" in found.output
    assert "km" in found.output
    assert "1 found." in found.output


def test_the_command_line_says_what_is_missing(db):
    runner = CliRunner()
    unbuilt = runner.invoke(command, ["query", "peste"])
    assert unbuilt.exit_code == 1
    assert "comptoir search rebuild" in unbuilt.output
    nowhere = runner.invoke(command, ["query", "peste", "--near", "Xyzzyville-sur-Rien"])
    assert nowhere.exit_code == 2

"""The links of a shop's page: read, labelled, refused."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import DomainError
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.operations.page.links import set_links
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.page.links import MOST_LINKS, LinkSaid, read_link, read_links
from tests.factories import make_shop


@pytest.mark.parametrize(
    ("url", "label", "kept"),
    [
        ("instagram.com/pilori", "", ("https://instagram.com/pilori", "Instagram")),
        ("https://www.facebook.com/pilori", " Nous ", ("https://www.facebook.com/pilori", "Nous")),
        ("@pilori@piaille.fr", "", ("https://piaille.fr/@pilori", "Mastodon")),
        ("https://disques.bandcamp.com", "", ("https://disques.bandcamp.com", "Bandcamp")),
        (
            "pilori.example/lettre",
            "Notre lettre",
            ("https://pilori.example/lettre", "Notre lettre"),
        ),
    ],
)
def test_a_link_is_read_as_people_write_it(url, label, kept):
    found = read_link(LinkSaid(url, label))
    assert (found.url, found.label) == kept


@pytest.mark.parametrize(
    ("url", "label", "code"),
    [
        ("javascript:alert(1)", "x", "bad_link"),
        ("data:text/html,x", "x", "bad_link"),
        ("ftp://pilori.example", "x", "bad_link"),
        ("pas une adresse", "x", "bad_link"),
        ("https://moi:secret@pilori.example", "x", "bad_link"),
        ("https://www.instagram.com/", "", "bad_link"),
        ("https://pilori.example", "", "bad_link"),
        ("https://pilori.example", "x" * 61, "too_long"),
        ("https://pilori.example/" + "x" * 300, "x", "too_long"),
    ],
)
def test_what_is_no_link_is_refused(url, label, code):
    with pytest.raises(DomainError) as refusal:
        read_link(LinkSaid(url, label))
    assert refusal.value.code == code


def test_the_row_that_is_wrong_is_told():
    good = [LinkSaid(f"https://pilori.example/{n}", str(n)) for n in range(MOST_LINKS)]
    for said in ([*good[:2], LinkSaid(""), good[0]], [*good[:3], LinkSaid("instagram.com")]):
        with pytest.raises(DomainError) as refusal:
            read_links(said)
        assert refusal.value.data["row"] == 3
    with pytest.raises(DomainError):
        read_links([*good, LinkSaid("https://pilori.example/z", "z")])
    assert len(read_links([LinkSaid(" "), *good])) == MOST_LINKS


@pytest.mark.django_db
def test_links_are_put_back_and_two_who_write_them_are_told():
    shop = make_shop()

    def links(*urls, since=None):
        said = [LinkSaid(url, url) for url in urls]
        found = set_links(shop=shop, links=said, actor=SYSTEM, since=since)
        return [link.label for link in found]

    assert links("a.example", "b.example") == ["a.example", "b.example"]
    opened = last_act(shop)
    assert links("b.example", "a.example", since=opened) == ["b.example", "a.example"]
    # What was left as it stood is not written over what another wrote.
    assert links("a.example", "b.example", since=opened) == ["b.example", "a.example"]
    with pytest.raises(DomainError) as refusal:
        links("c.example", since=opened)
    assert refusal.value.code == "changed_meanwhile"
    assert links("c.example", since=refusal.value.data["since"]) == ["c.example"]
    undo_act(shop=shop, act_id=last_act(shop), actor=SYSTEM)
    assert [link.label for link in shop.links.order_by("place")] == ["b.example", "a.example"]

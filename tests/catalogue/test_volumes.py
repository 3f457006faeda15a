"""ONIX: volumes of a series, persons without a name, and texts that were escaped twice."""

import pytest
from django.urls import reverse

from comptoir.search import source
from tests.catalogue.files import EAN, onix, product, short, tags, title
from tests.catalogue.test_onix import one
from tests.factories import make_product


def collection(name: str, *, part: str = "", sequence: str = "", order: str = "03") -> str:
    element = tags(TitleElementLevel="02", TitleText=name) + (tags(PartNumber=part) if part else "")
    number = (
        f"<CollectionSequence>{tags(CollectionSequenceType=order)}"
        f"{tags(CollectionSequenceNumber=sequence)}</CollectionSequence>"
        if sequence
        else ""
    )
    return (
        f"<Collection>{tags(CollectionType='10')}{number}<TitleDetail>{tags(TitleType='01')}"
        f"<TitleElement>{element}</TitleElement></TitleDetail></Collection>"
    )


@pytest.mark.parametrize(
    ("told", "name", "expected"),
    [
        (collection("Les eaux", part="2"), "La crue", ("La crue", "Les eaux", "2")),
        (collection("Les eaux", sequence="3"), "La crue", ("La crue", "Les eaux", "3")),
        # Else all volumes would bear one title.
        (collection("Les eaux", part="T. 2"), "Les Eaux", ("Les Eaux, T. 2", "Les eaux", "T. 2")),
        (collection("Les eaux", sequence="3"), "Les eaux", ("Les eaux, 3", "Les eaux", "3")),
        # A publisher's list without numbers before the series with one.
        (
            collection("Poche") + collection("Les eaux", sequence="4"),
            "La crue",
            ("La crue", "Les eaux", "4"),
        ),
        (
            collection("Les eaux", part="4") + collection("Poche", sequence="1203"),
            "La crue",
            ("La crue", "Les eaux", "4"),
        ),
        (collection("Les eaux"), "La crue", ("La crue", "Les eaux", "")),
    ],
)
@pytest.mark.parametrize("tagged", [str, short])
def test_the_volume_is_numbered_as_its_collection_tells(told, name, expected, tagged):
    notice = one(tagged(onix(product(EAN, titles=title(name), descriptive=told))))
    assert (notice.title, notice.series, notice.series_number) == expected


def test_the_number_may_stand_beside_the_collection_of_the_title_itself():
    element = tags(TitleElementLevel="02", PartNumber="5", TitleText="Les eaux")
    both = title("La crue").replace(
        "</TitleDetail>", f"<TitleElement>{element}</TitleElement></TitleDetail>"
    )
    notice = one(onix(product(EAN, titles=both)))
    assert (notice.title, notice.series, notice.series_number) == ("La crue", "Les eaux", "5")


@pytest.mark.django_db
def test_the_number_is_shown_and_found(client):
    item = make_product(title="La crue", series="Les eaux", series_number="12")
    assert "Les eaux, 12" in client.get(reverse("site:product", args=[item.ref])).content.decode()
    assert [each.series for each in source.read([item.pk])] == ["Les eaux 12"]
    assert client.get(f"/api/v1/products/{item.ref}").json()["series_number"] == "12"


@pytest.mark.parametrize(
    ("code", "expected"), [("02", "Anonyme"), ("03", "et al."), ("04", "Collectif"), ("01", "")]
)
@pytest.mark.parametrize("tagged", [str, short])
def test_persons_without_a_name_are_called_as_a_title_page_calls_them(code, expected, tagged):
    person = tags(SequenceNumber="1", ContributorRole="A01", UnnamedPersons=code)
    message = onix(product(EAN, descriptive=f"<Contributor>{person}</Contributor>"))
    notice = one(tagged(message))
    assert notice.byline == expected
    assert [credit.name for credit in notice.credits] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<![CDATA[&lt;p&gt;Un &lt;b&gt;pont&lt;/b&gt; &amp;amp; une crue.&lt;/p&gt;]]>",
            "Un pont & une crue.",
        ),
        ("<![CDATA[<p>Un pont &amp; une crue.</p><p>Fin.</p>]]>", "Un pont & une crue.\n\nFin."),
        ("L&amp;amp;rsquo;eau", "L’eau"),
        # A text about signs is no markup.
        ("1 &lt; 2, 3 &gt; 2", "1 < 2, 3 > 2"),
        ("<![CDATA[1 &lt; 2 et 3 &gt; 2]]>", "1 < 2 et 3 > 2"),
    ],
)
def test_a_text_escaped_twice_is_read_as_it_was_meant(text, expected):
    content = f"<TextContent>{tags(TextType='03', Text=text)}</TextContent>"
    assert one(onix(product(EAN, collateral=content))).description == expected


def test_a_record_may_stand_alone_without_its_message():
    assert one(product(EAN, titles=title("La crue"))).title == "La crue"


def test_a_title_escaped_twice_is_read_as_it_was_meant():
    notice = one(onix(product(EAN, titles=title("Crue &amp;amp; pont"))))
    assert notice.title == "Crue & pont"
    assert one(onix(product(EAN, titles=title("AT&amp;T; R&amp;B")))).title == "AT&T; R&B"

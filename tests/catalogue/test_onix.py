"""What is read out of ONIX records, without the database."""

import io
from datetime import UTC, datetime

import pytest

from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.models import Availability, ContributorRole, ProductFormat, ProductKind
from comptoir.catalogue.sources import source_of
from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.notice import Notice, Refusal
from tests.catalogue import files
from tests.catalogue.files import EAN, OTHER_EAN, onix, price, product, tags, title

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def read(text: str | bytes, *, encoding: str | None = None, name: str = "x.xml") -> list:
    raw = io.BytesIO(text.encode() if isinstance(text, str) else text)
    document = Document(
        name=name, stream=io.BufferedReader(raw, 200_000), as_of=AS_OF, encoding=encoding
    )
    return list(source_of(document).read(document))


def one(text: str | bytes, **options) -> Notice:
    (found,) = read(text, **options)
    assert isinstance(found, Notice), found
    return found


def full_record() -> str:
    return product(
        EAN,
        form="BC",
        titles=title("Intitulé du distributeur", kind="10")
        + f"<TitleDetail>{tags(TitleType='01')}<TitleElement>"
        + tags(
            TitleElementLevel="01",
            TitlePrefix="L’",
            TitleWithoutPrefix="écluse",
            Subtitle="Roman",
        )
        + "</TitleElement></TitleDetail>",
        descriptive=f"<Collection>{tags(CollectionType='10')}{title('Rives', level='02')}"
        "</Collection>"
        f"<Contributor>{tags(SequenceNumber='2', ContributorRole='B06', PersonName='Paul Vert')}"
        "</Contributor><Contributor>"
        + tags(
            SequenceNumber="1", ContributorRole="A01", NamesBeforeKey="Jeanne", KeyNames="Moulin"
        )
        + "</Contributor>"
        f"<Language>{tags(LanguageRole='01', LanguageCode='fre')}</Language>"
        f"<Extent>{tags(ExtentType='00', ExtentValue='312', ExtentUnit='03')}</Extent>"
        f"<Measure>{tags(MeasureType='08', Measurement='0.25', MeasureUnitCode='kg')}</Measure>",
        collateral=f"<TextContent>{tags(TextType='02', Text='Court.')}</TextContent>"
        f"<TextContent>{tags(TextType='03', Text='<p>Une <em>crue</em>.</p><p>Un pont.</p>')}"
        "</TextContent><SupportingResource>"
        f"{tags(ResourceContentType='01')}<ResourceVersion>"
        f"{tags(ResourceLink='https://covers.example.org/1.jpg')}</ResourceVersion>"
        "</SupportingResource>",
        publishing="<Imprint><ImprintName>Rives</ImprintName></Imprint>"
        f"<Publisher>{tags(PublishingRole='01', PublisherName='Éditions du Clain')}</Publisher>"
        f"<PublishingDate>{tags(PublishingDateRole='01', Date='20240307')}</PublishingDate>",
    )


@pytest.mark.parametrize(
    ("release", "namespace"),
    [
        ("3.0", files.REFERENCE),
        ("3.1", "http://ns.editeur.org/onix/3.1/reference"),
        ("3.0", "http://www.editeur.org/onix/3.0/reference"),
        ("3.0", ""),
    ],
)
@pytest.mark.parametrize("spelling", [str, files.short])
def test_a_whole_record_is_read_alike_in_every_spelling(release, namespace, spelling):
    notice = one(spelling(onix(full_record(), release=release, namespace=namespace)))
    assert notice.ean == EAN
    assert notice.at == datetime(2026, 1, 5, 6, tzinfo=UTC)
    assert (notice.title, notice.subtitle, notice.series) == ("L’écluse", "Roman", "Rives")
    assert [(credit.role, credit.name) for credit in notice.credits] == [
        (ContributorRole.AUTHOR, "Jeanne Moulin"),
        (ContributorRole.TRANSLATOR, "Paul Vert"),
    ]
    assert notice.byline == "Jeanne Moulin"
    assert notice.publisher == "Éditions du Clain"
    assert notice.published == "2024-03-07"
    assert (notice.pages, notice.weight_grams, notice.language) == (312, 250, "fre")
    assert notice.description == "Une crue.\n\nUn pont."
    assert notice.cover_url == "https://covers.example.org/1.jpg"
    assert (notice.list_price_cents, notice.vat_rate) == (1290, 550)
    assert notice.availability == Availability.AVAILABLE
    assert (notice.kind, notice.format) == (ProductKind.BOOK, ProductFormat.PAPERBACK)


FRANCE = tags(CountriesIncluded="FR MC")
ABROAD = tags(RegionsIncluded="WORLD", CountriesExcluded="FR MC")
ROW = tags(RegionsIncluded="ROW")


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (price("10.00", kind="01", territory=ABROAD) + price("12.50", territory=FRANCE), 1250),
        (price("12.50", territory=FRANCE) + price("10.00", kind="01", territory=ABROAD), 1250),
        (price("11.00", kind="02") + price("12.00", kind="42") + price("13.00", kind="04"), 1300),
        (
            price("11.00", kind="04", territory=ROW) + price("12.00", kind="02", territory=FRANCE),
            1200,
        ),
        (price("9.00", territory=tags(CountriesIncluded="BE CH")), None),
        (price("9.00", currency="CHF"), None),
        (price("10.00", kind="03"), 1055),
        (price("10.00", kind="03", vat=""), None),
        (price("10.00", kind="03") + price("9.90", kind="02"), 990),
        (price("7.00", kind="21"), None),
        (price("7.00", extra=tags(PriceQualifier="06")), None),
        (tags(UnpricedItemType="02"), None),
        (tags(UnpricedItemType="01"), 0),
        (
            price(
                "9.00", extra=f"<PriceDate>{tags(PriceDateRole='15', Date='20251231')}</PriceDate>"
            )
            + price(
                "9.50",
                kind="02",
                extra=f"<PriceDate>{tags(PriceDateRole='14', Date='20260101')}</PriceDate>",
            ),
            950,
        ),
    ],
)
def test_the_price_is_that_of_a_reader_in_france(prices, expected):
    assert one(onix(product(EAN, supply=prices))).list_price_cents == expected


def test_a_price_without_territory_has_that_of_its_market():
    def market(country: str, amount: str) -> str:
        territory = f"<Market><Territory>{tags(CountriesIncluded=country)}</Territory></Market>"
        return (
            f"<ProductSupply>{territory}<SupplyDetail>{tags(ProductAvailability='40')}"
            f"{price(amount)}</SupplyDetail></ProductSupply>"
        )

    record = product(EAN, supply="").replace(
        "</Product>", market("CA", "20.00") + market("FR", "15.00") + "</Product>"
    )
    notice = one(onix(record))
    assert notice.list_price_cents == 1500
    assert notice.availability == Availability.UNAVAILABLE


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("01", Availability.UNAVAILABLE),
        ("09", Availability.FORTHCOMING),
        ("12", Availability.FORTHCOMING),
        ("20", Availability.AVAILABLE),
        ("21", Availability.AVAILABLE),
        ("22", Availability.TO_ORDER),
        ("23", Availability.TO_ORDER),
        ("31", Availability.TEMPORARILY_OUT),
        ("40", Availability.UNAVAILABLE),
        ("51", Availability.UNAVAILABLE),
        ("97", Availability.UNKNOWN),
        ("99", Availability.UNKNOWN),
    ],
)
def test_availability(code, expected):
    assert one(onix(product(EAN, availability=code))).availability == expected


THEMA_COMICS = f"<Subject>{tags(SubjectSchemeIdentifier='93', SubjectCode='XAM')}</Subject>"
MUSIC = tags(PrimaryContentType="03")


@pytest.mark.parametrize(
    ("form", "descriptive", "kind", "shape"),
    [
        ("BC", "", ProductKind.BOOK, ProductFormat.PAPERBACK),
        ("BC", tags(ProductFormDetail="B104"), ProductKind.BOOK, ProductFormat.POCKET),
        ("BB", "", ProductKind.BOOK, ProductFormat.HARDBACK),
        ("BB", THEMA_COMICS, ProductKind.BOOK, ProductFormat.COMIC),
        ("BH", "", ProductKind.BOOK, ProductFormat.BOARD_BOOK),
        ("BA", "", ProductKind.BOOK, ProductFormat.BOOK),
        ("AC", "", ProductKind.BOOK, ProductFormat.AUDIOBOOK),
        ("AC", MUSIC, ProductKind.RECORD, ProductFormat.CD),
        ("AM", MUSIC, ProductKind.RECORD, ProductFormat.LP),
        ("PI", "", ProductKind.BOOK, ProductFormat.SHEET_MUSIC),
        ("VI", "", ProductKind.OTHER, ProductFormat.DVD),
        ("ZE", "", ProductKind.OTHER, ProductFormat.GAME),
        ("ED", "", ProductKind.BOOK, ProductFormat.OTHER),
    ],
)
def test_the_form_tells_the_kind_and_the_format(form, descriptive, kind, shape):
    notice = one(onix(product(EAN, form=form, descriptive=descriptive)))
    assert (notice.kind, notice.format) == (kind, shape)


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2019", "2019"), ("201904", "2019-04"), ("20190431", "2019-04"), ("20190430", "2019-04-30")],
)
def test_dates_are_as_precise_as_they_were_told(date, expected):
    publishing = f"<PublishingDate>{tags(PublishingDateRole='01', Date=date)}</PublishingDate>"
    assert one(onix(product(EAN, publishing=publishing))).published == expected


def test_the_imprint_stands_for_a_missing_publisher():
    assert one(onix(product(EAN))).publisher == "Éditions du Clain"


def test_a_record_without_ean_is_known_by_its_reference():
    record = product(EAN).replace(
        f"<ProductIdentifier>{tags(ProductIDType='15', IDValue=EAN)}</ProductIdentifier>", ""
    )
    notice = one(onix(record))
    assert (notice.ean, notice.source, notice.source_ref) == (None, "onix", f"org.example.{EAN}")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (product("9782070000001"), "bad_ean"),
        (product(EAN, titles=""), "no_title"),
        (product(EAN, titles=title(kind="10")), "no_title"),
        (product(EAN, supply=price("gratis")), "bad_price"),
        (product(EAN, supply=price("-3.00")), "bad_price"),
        (product(EAN, notification="88"), "test_notice"),
    ],
)
def test_a_bad_record_is_refused_alone(record, code):
    refusal, notice = read(onix(record, product(OTHER_EAN)))
    assert isinstance(refusal, Refusal)
    assert (refusal.place, refusal.code) == (1, code)
    assert refusal.reference.startswith("org.example.")
    assert str(refusal.reason)
    assert notice.ean == OTHER_EAN


def test_a_delete_notification_needs_only_its_identifier():
    notice = one(onix(files.delete(EAN)))
    assert (notice.withdrawn, notice.ean) == (True, EAN)


def test_a_record_may_carry_its_own_moment():
    stamped = product(EAN, attributes=' datestamp="20260203T1015+0100"')
    assert one(onix(stamped)).at == datetime(2026, 2, 3, 9, 15, tzinfo=UTC)


def test_without_a_moment_of_sending_the_file_s_is_taken():
    assert one(onix(product(EAN), sent="")).at == AS_OF


def test_latin_1_as_declared_with_the_quotes_of_windows():
    text = onix(product(EAN, titles=title("L\x92été à Châtellerault")), encoding="ISO-8859-1")
    assert one(text.encode("latin-1")).title == "L’été à Châtellerault"


def test_a_wrong_encoding_is_a_clear_error_and_may_be_forced():
    text = onix(product(EAN, titles=title("L’été")), encoding="UTF-8").encode("cp1252")
    with pytest.raises(BadFile) as caught:
        read(text)
    assert caught.value.code == "bad_encoding"
    assert "--encoding" in str(caught.value)
    assert one(text, encoding="cp1252").title == "L’été"


@pytest.mark.parametrize(
    "text",
    [
        '<ONIXMessage release="2.1"><Product/></ONIXMessage>',
        "<ONIXMessage><Product><ISBN>2070612368</ISBN></Product></ONIXMessage>",
        '<!DOCTYPE ONIXMessage SYSTEM "http://www.editeur.org/onix/2.1/reference/'
        'onix-international.dtd"><ONIXMessage><Product/></ONIXMessage>',
    ],
)
def test_onix_2_is_refused_with_the_cure(text):
    with pytest.raises(BadFile) as caught:
        read(text)
    assert caught.value.code == "onix_release"
    assert "2.1" in str(caught.value)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("prolog", "text"),
    [
        (LAUGHS + "]>", "&j;"),
        ('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE x [<!ENTITY x "harmless">]>', "no reference at all"),
    ],
)
def test_entities_are_refused_before_anything_is_read(prolog, text):
    with pytest.raises(BadFile) as caught:
        read(onix(product(EAN, titles=title(text)), prolog=prolog))
    assert caught.value.code == "xml_entities"


def test_an_entity_of_an_external_dtd_refuses_its_record_alone():
    prolog = '<!DOCTYPE ONIXMessage SYSTEM "http://127.0.0.1:9/onix.dtd">'
    refusal, notice = read(
        onix(product(EAN, titles=title("&eacute;t&eacute;")), product(OTHER_EAN), prolog=prolog)
    )
    assert (refusal.code, notice.ean) == ("entity", OTHER_EAN)


def test_one_huge_text_is_refused():
    with pytest.raises(BadFile) as caught:
        read(onix(product(EAN, titles=title("x" * 11_000_000))))
    assert caught.value.code == "bad_xml"


def test_a_file_in_which_no_record_ends_is_refused():
    endless = onix(product(EAN)).replace("</ONIXMessage>", f"<a>{'b' * 10_000}</a>" * 1_800)
    with pytest.raises(BadFile) as caught:
        read(endless)
    assert caught.value.code == "huge_record"


def test_control_characters_and_tags_never_reach_the_catalogue():
    notice = one(
        onix(
            product(
                EAN,
                titles=title("  Deux\n lignes "),
                collateral=f"<TextContent>{tags(TextType='03')}"
                "<Text>&lt;p&gt;Un &amp;amp; deux&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</Text>"
                "</TextContent>",
            )
        )
    )
    assert notice.title == "Deux lignes"
    assert notice.description == "Un & deux\n\nx"

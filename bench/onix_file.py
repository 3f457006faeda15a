"""An ONIX message of invented books, about 4 kB a record, reference tags."""

import random
from collections.abc import Iterator
from pathlib import Path

_WORDS = [
    "jardin",
    "rivière",
    "ombre",
    "lumière",
    "maison",
    "voyage",
    "silence",
    "marée",
    "forêt",
    "village",
    "lettre",
    "hiver",
    "étoile",
    "mémoire",
    "chemin",
    "orage",
    "fenêtre",
    "pierre",
    "oiseau",
    "nuit",
    "frontière",
    "horloge",
    "secret",
    "moulin",
    "phare",
    "montagne",
    "sable",
    "archipel",
    "dernier",
    "premier",
    "long",
    "rouge",
    "vieux",
    "clair",
    "perdu",
    "fragile",
    "tranquille",
]
_FIRST = [
    "Anne",
    "Basile",
    "Camille",
    "Denis",
    "Élise",
    "Fanny",
    "Gaston",
    "Hélène",
    "Ida",
    "Jules",
    "Léon",
    "Marthe",
    "Noé",
]
_LAST = [
    "Arnoux",
    "Belin",
    "Carrel",
    "Dumas",
    "Estève",
    "Fabre",
    "Guérin",
    "Hamel",
    "Jourdan",
    "Lacaze",
    "Morin",
    "Vidal",
]
_HOUSES = ["Éditions du Clain", "La Presse du Marais", "Le Pertuis", "Atelier Sèvre", "Roches"]


def write_onix(path: Path, *, first: int, count: int, sent: str = "20260105T0600") -> None:
    """Write a message of invented books, a record at a time; the same arguments, the same bytes."""
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">\n'
            "<Header><Sender><SenderName>Comptoir</SenderName></Sender>"
            f"<SentDateTime>{sent}</SentDateTime></Header>\n"
        )
        for number in range(first, first + count):
            file.writelines(_record(number))
        file.write("</ONIXMessage>\n")


def _ean(number: int) -> str:
    digits = f"9791{number:08d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return digits + str(-total % 10)


def _record(number: int) -> Iterator[str]:
    dice = random.Random(number)
    ean = _ean(number)
    title = " ".join(dice.choices(_WORDS, k=dice.randint(2, 5))).capitalize()
    names = [f"{dice.choice(_FIRST)}|{dice.choice(_LAST)}" for _ in range(dice.randint(1, 3))]
    yield (
        f"<Product>\n <RecordReference>org.example.{ean}</RecordReference>\n"
        " <NotificationType>03</NotificationType>\n <RecordSourceType>01</RecordSourceType>\n"
        f"{_composite('ProductIdentifier', ProductIDType='15', IDValue=ean)}"
        f"{_composite('ProductIdentifier', ProductIDType='03', IDValue=ean)}"
        " <DescriptiveDetail>\n  <ProductComposition>00</ProductComposition>\n"
        "  <ProductForm>BC</ProductForm>\n"
    )
    yield from _description(number, title, names, dice)
    yield " </DescriptiveDetail>\n <CollateralDetail>\n"
    for kind, words in (("03", 80), ("02", 20)):
        text = " ".join(dice.choices(_WORDS, k=words))
        yield (
            f"  <TextContent>\n   <TextType>{kind}</TextType>\n"
            "   <ContentAudience>00</ContentAudience>\n"
            f"   <Text>{text.capitalize()}.</Text>\n  </TextContent>\n"
        )
    yield (
        "  <SupportingResource>\n   <ResourceContentType>01</ResourceContentType>\n"
        "   <ContentAudience>00</ContentAudience>\n   <ResourceMode>03</ResourceMode>\n"
        "   <ResourceVersion>\n    <ResourceForm>02</ResourceForm>\n"
        f"    <ResourceLink>https://covers.example.org/{ean}.jpg</ResourceLink>\n"
        "   </ResourceVersion>\n  </SupportingResource>\n </CollateralDetail>\n"
        f" <PublishingDetail>\n  <Imprint><ImprintName>{dice.choice(_HOUSES)}</ImprintName>"
        f"</Imprint>\n{_publisher(dice)}  <PublishingStatus>04</PublishingStatus>\n"
        "  <PublishingDate>\n   <PublishingDateRole>01</PublishingDateRole>\n"
        f'   <Date dateformat="00">{dice.randint(1990, 2025)}0{dice.randint(1, 9)}15</Date>\n'
        "  </PublishingDate>\n </PublishingDetail>\n"
    )
    yield _supply(dice)


def _description(number: int, title: str, names: list[str], dice: random.Random) -> Iterator[str]:
    for kind, amount in (("01", 205), ("02", 140), ("03", 18), ("08", dice.randint(120, 900))):
        unit = "gr" if kind == "08" else "mm"
        yield _composite("Measure", MeasureType=kind, Measurement=str(amount), MeasureUnitCode=unit)
    yield (
        "  <Collection>\n   <CollectionType>10</CollectionType>\n   <TitleDetail>\n"
        "    <TitleType>01</TitleType>\n    <TitleElement>\n"
        "     <TitleElementLevel>02</TitleElementLevel>\n"
        f"     <TitleText>Collection {dice.choice(_WORDS)}</TitleText>\n    </TitleElement>\n"
        "   </TitleDetail>\n  </Collection>\n"
        "  <TitleDetail>\n   <TitleType>01</TitleType>\n   <TitleElement>\n"
        "    <TitleElementLevel>01</TitleElementLevel>\n"
        f"    <TitleText>{title}</TitleText>\n    <Subtitle>Roman {number}</Subtitle>\n"
        "   </TitleElement>\n  </TitleDetail>\n"
    )
    for rank, name in enumerate(names, 1):
        before, key = name.split("|")
        yield _composite(
            "Contributor",
            SequenceNumber=str(rank),
            ContributorRole="A01" if rank < 3 else "B06",
            PersonName=f"{before} {key}",
            PersonNameInverted=f"{key}, {before}",
            NamesBeforeKey=before,
            KeyNames=key,
        )
    yield _composite("Language", LanguageRole="01", LanguageCode="fre")
    pages = str(dice.randint(60, 900))
    yield _composite("Extent", ExtentType="00", ExtentValue=pages, ExtentUnit="03")
    for scheme, code in (("29", "3442"), ("93", "FBA"), ("10", "FIC000000"), ("20", "roman")):
        yield _composite("Subject", SubjectSchemeIdentifier=scheme, SubjectCode=code)


def _publisher(dice: random.Random) -> str:
    return _composite("Publisher", PublishingRole="01", PublisherName=dice.choice(_HOUSES))


def _supply(dice: random.Random) -> str:
    amount = f"{dice.randint(5, 39)}.{dice.choice(['00', '50', '90'])}"
    prices = "".join(
        f"   <Price>\n    <PriceType>{kind}</PriceType>\n    <PriceAmount>{amount}</PriceAmount>\n"
        "    <Tax><TaxType>01</TaxType><TaxRatePercent>5.5</TaxRatePercent></Tax>\n"
        "    <CurrencyCode>EUR</CurrencyCode>\n"
        f"    <Territory>{territory}</Territory>\n   </Price>\n"
        for kind, territory in (
            ("04", "<CountriesIncluded>FR MC</CountriesIncluded>"),
            (
                "01",
                "<RegionsIncluded>WORLD</RegionsIncluded>"
                "<CountriesExcluded>FR MC</CountriesExcluded>",
            ),
        )
    )
    return (
        " <ProductSupply>\n  <SupplyDetail>\n   <Supplier><SupplierRole>02</SupplierRole>"
        "<SupplierName>Distribution</SupplierName></Supplier>\n"
        f"   <ProductAvailability>21</ProductAvailability>\n{prices}"
        "  </SupplyDetail>\n </ProductSupply>\n</Product>\n"
    )


def _composite(name: str, **values: str) -> str:
    inside = "".join(f"   <{key}>{value}</{key}>\n" for key, value in values.items())
    return f"  <{name}>\n{inside}  </{name}>\n"

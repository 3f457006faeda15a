"""Small catalogue files about books and records that do not exist."""

import gzip
import zipfile
from pathlib import Path

from tests.factories import ean

REFERENCE = "http://ns.editeur.org/onix/3.0/reference"
SHORT_TAGS = {
    "RecordReference": "a001",
    "NotificationType": "a002",
    "ProductIDType": "b221",
    "IDValue": "b244",
    "ProductForm": "b012",
    "ProductFormDetail": "b333",
    "TitleType": "b202",
    "TitleElementLevel": "x409",
    "TitleText": "b203",
    "TitlePrefix": "b030",
    "TitleWithoutPrefix": "b031",
    "Subtitle": "b029",
    "SequenceNumber": "b034",
    "ContributorRole": "b035",
    "PersonName": "b036",
    "NamesBeforeKey": "b039",
    "KeyNames": "b040",
    "SubjectSchemeIdentifier": "b067",
    "SubjectCode": "b069",
    "ExtentType": "b218",
    "ExtentValue": "b219",
    "ExtentUnit": "b220",
    "LanguageRole": "b253",
    "LanguageCode": "b252",
    "MeasureType": "x315",
    "Measurement": "c094",
    "MeasureUnitCode": "c095",
    "CollectionType": "x329",
    "TextType": "x426",
    "Text": "d104",
    "ResourceContentType": "x436",
    "ResourceLink": "x435",
    "ImprintName": "b079",
    "PublisherName": "b081",
    "PublishingRole": "b291",
    "PublishingDateRole": "x448",
    "Date": "b306",
    "ProductAvailability": "j396",
    "SupplierRole": "j292",
    "SupplierIDType": "j345",
    "SupplierName": "j137",
    "PriceType": "x462",
    "PriceAmount": "j151",
    "CurrencyCode": "j152",
    "CountriesIncluded": "x449",
    "RegionsIncluded": "x450",
    "CountriesExcluded": "x451",
    "TaxType": "x470",
    "TaxRatePercent": "x472",
    "SentDateTime": "x307",
    "UnnamedPersons": "b249",
    "PartNumber": "x410",
    "CollectionSequenceType": "x479",
    "CollectionSequenceNumber": "x481",
    "PriceDateRole": "x476",
}

COMPOSITES = [
    "Header",
    "Product",
    "ProductIdentifier",
    "DescriptiveDetail",
    "CollateralDetail",
    "PublishingDetail",
    "ProductSupply",
    "SupplyDetail",
    "Supplier",
    "SupplierIdentifier",
    "Price",
    "PriceDate",
    "Tax",
    "Territory",
    "TitleDetail",
    "TitleElement",
    "Collection",
    "CollectionSequence",
    "Contributor",
    "Subject",
    "Extent",
    "Measure",
    "Language",
    "TextContent",
    "SupportingResource",
    "ResourceVersion",
    "Imprint",
    "Publisher",
    "PublishingDate",
]


def tags(**values: str) -> str:
    """Return elements of these names and texts (the texts may be XML)."""
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def price(
    amount: str = "12.90",
    *,
    kind: str = "04",
    currency: str = "EUR",
    territory: str = "",
    vat: str = "5.5",
    extra: str = "",
) -> str:
    """Return a `Price`."""
    tax = f"<Tax>{tags(TaxType='01', TaxRatePercent=vat)}</Tax>" if vat else ""
    where = f"<Territory>{territory}</Territory>" if territory else ""
    told = tags(PriceType=kind, PriceAmount=amount)
    return f"<Price>{told}{tax}{tags(CurrencyCode=currency)}{where}{extra}</Price>"


def title(text: str = "Le moulin de Chasseneuil", *, level: str = "01", kind: str = "01") -> str:
    """Return a `TitleDetail`."""
    element = tags(TitleElementLevel=level, TitleText=text)
    return (
        f"<TitleDetail>{tags(TitleType=kind)}<TitleElement>{element}</TitleElement></TitleDetail>"
    )


def product(
    number: str,
    *,
    titles: str | None = None,
    form: str = "BC",
    descriptive: str = "",
    collateral: str = "",
    publishing: str = "<Imprint><ImprintName>Éditions du Clain</ImprintName></Imprint>",
    supply: str | None = None,
    availability: str = "21",
    notification: str = "03",
    attributes: str = "",
) -> str:
    """Return a `Product` record."""
    prices = price() if supply is None else supply
    return (
        f"<Product{attributes}>"
        f"{tags(RecordReference=f'org.example.{number}', NotificationType=notification)}"
        f"<ProductIdentifier>{tags(ProductIDType='15', IDValue=number)}</ProductIdentifier>"
        f"<DescriptiveDetail>{tags(ProductForm=form)}{title() if titles is None else titles}"
        f"{descriptive}</DescriptiveDetail>"
        f"<CollateralDetail>{collateral}</CollateralDetail>"
        f"<PublishingDetail>{publishing}</PublishingDetail>"
        f"<ProductSupply><SupplyDetail>{tags(ProductAvailability=availability)}{prices}"
        "</SupplyDetail></ProductSupply></Product>"
    )


def delete(number: str) -> str:
    """Return a delete notification."""
    return (
        f"<Product>{tags(RecordReference=f'org.example.{number}', NotificationType='05')}"
        f"<ProductIdentifier>{tags(ProductIDType='15', IDValue=number)}</ProductIdentifier>"
        "</Product>"
    )


def onix(
    *products: str,
    sent: str = "20260105T0600Z",
    release: str = "3.0",
    namespace: str = REFERENCE,
    encoding: str = "UTF-8",
    prolog: str = "",
) -> str:
    """Return a whole message in reference tags."""
    xmlns = f' xmlns="{namespace}"' if namespace else ""
    header = f"<Header>{tags(SentDateTime=sent)}</Header>" if sent else "<Header/>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{prolog}\n'
        f'<ONIXMessage release="{release}"{xmlns}>{header}\n'
        + "\n".join(products)
        + "</ONIXMessage>"
    )


def short(message: str) -> str:
    """Return a message in reference tags with short ones."""
    for name, code in SHORT_TAGS.items():
        message = message.replace(f"<{name}>", f"<{code}>").replace(f"</{name}>", f"</{code}>")
    for name in COMPOSITES:
        for end in (">", "/>"):
            message = message.replace(f"<{name}{end}", f"<{name.lower()}{end}")
        message = message.replace(f"</{name}>", f"</{name.lower()}>")
    return message.replace("ONIXMessage", "ONIXmessage").replace("/reference", "/short")


def release(
    number: int,
    *,
    name: str = "Rivières",
    barcode: str = "",
    artists: str = "<artist><id>1</id><name>Les Bateliers (2)</name><anv/><join/></artist>",
    formats: str = '<format name="Vinyl" qty="1" text=""><descriptions><description>LP'
    "</description></descriptions></format>",
    released: str = "1999-03-00",
    status: str = "Accepted",
) -> str:
    """Return one Discogs release."""
    code = f'<identifier type="Barcode" value="{barcode}"/>' if barcode else ""
    return (
        f'<release id="{number}" status="{status}"><artists>{artists}</artists>'
        f"<title>{name}</title>"
        '<labels><label name="Clain Disques (3)" catno="CD 12"/></labels>'
        f"<formats>{formats}</formats><released>{released}</released>"
        "<tracklist><track><position>A1</position><title>La crue</title></track></tracklist>"
        f"<identifiers>{code}</identifiers></release>"
    )


def titelive(number: str, *, width: int = 45, **told: str) -> str:
    """Return one line of a Tite-Live catalogue."""
    places = (
        {"title": 2, "availability": 5, "price": 9, "publisher": 10, "date": 12, "support": 13}
        | {"distributor": 11}
        | {"pages": 15, "weight": 19, "authors": 23, "told": 25, "vat": 26, "series": 35}
        if width == 45
        else {"title": 1, "availability": 3, "price": 6, "publisher": 7, "date": 9, "support": 10}
        | {"distributor": 8}
        | {"pages": 12, "weight": 16, "authors": 17, "told": 19, "vat": 20, "series": 26}
    )
    values = {
        "title": "Le phare de Chassiron",
        "availability": "1",
        "price": "8,50",
        "publisher": "Le Pertuis",
        "distributor": "",
        "date": "14/02/2024",
        "support": "P",
        "pages": "240",
        "weight": "180",
        "authors": "Anne Belin",
        "told": "",
        "vat": "5,50",
        "series": "",
    } | told
    fields = [""] * width
    fields[0] = number
    for name, place in places.items():
        fields[place] = values[name]
    return "~".join(fields) + "~\r\n"


def write(folder: Path, text: str | bytes, name: str = "catalogue.xml") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def gzipped(folder: Path, text: str) -> Path:
    """Write a gzip."""
    return write(folder, gzip.compress(text.encode()), "catalogue.xml.gz")


def zipped(folder: Path, *texts: str, name: str = "catalogue.zip.rdy") -> Path:
    """Write a zip of several files."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, text in enumerate(texts):
            archive.writestr(f"part{rank}.xml", text)
    return path


EAN = ean(70_000_001)
OTHER_EAN = ean(70_000_002)

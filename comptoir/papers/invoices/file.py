"""An invoice as the file that is handed over: its pages with its data in them (Factur-X 1.09).

The data is attached as `factur-x.xml` with the relationship “data”, as the standard asks of its
profile EN 16931.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from comptoir.papers.invoices.data import PROFILE, xml_of
from comptoir.papers.invoices.values import Buyer, Invoice

ATTACHED = "factur-x.xml"
_OF_BUYER = {
    "name": "Name",
    "street": "LineOne",
    "extra": "LineTwo",
    "postcode": "PostcodeCode",
    "city": "CityName",
    "country": "CountryID",
}
"""Who buys (BG-7, BG-8), by the names of Cross Industry Invoice."""


def file_of(invoice: Invoice, made_at: datetime, address: tuple[str, str] | None = None) -> bytes:
    """Return an invoice as a PDF/A-3 with its data inside. `address` is the buyer's electronic one,
    with its scheme. Whatever fails raises, and nothing is given: never pages without their data.
    """
    data = xml_of(invoice, address)
    made = _attach(pages_of(invoice, made_at), data, invoice)
    _read_back(made, data)
    return made


def pages_of(invoice: Invoice, made_at: datetime) -> bytes:
    """Return the pages of an invoice, PDF/A-3 without its data."""
    from comptoir.papers.invoices import page

    return page.pages_of(invoice, made_at)


def buyer_in(made: bytes) -> Buyer:
    """Return to whom a file was issued, by the data inside."""
    from lxml import etree
    from pypdf import PdfReader

    ((data,),) = PdfReader(BytesIO(made), strict=True).attachments.values()
    (party,) = etree.fromstring(data).iter("{*}BuyerTradeParty")
    said = {name: party.findtext(f".//{{*}}{tag}") or "" for name, tag in _OF_BUYER.items()}
    mail = party.find(".//{*}URIUniversalCommunication/{*}URIID[@schemeID='EM']")
    return Buyer(**said, email=(mail.text or "") if mail is not None else "")


def _attach(pages: bytes, data: bytes, invoice: Invoice) -> bytes:
    from facturx import generate_from_file

    from comptoir.papers.invoices.page import title_of

    title = title_of(invoice)
    # Its function that gives bytes writes over what it reads, and pypdf 7.1.1 appends to that.
    with TemporaryDirectory(prefix="comptoir-") as folder:
        place = Path(folder) / "invoice.pdf"
        generate_from_file(
            BytesIO(pages),
            data,
            flavor="factur-x",
            level=PROFILE,
            # Checked when it was made, and the library's other check would call a server.
            check_xsd=False,
            check_schematron=False,
            pdf_metadata={
                "author": invoice.seller.name,
                "keywords": "Factur-X",
                "title": title,
                "subject": title,
            },
            lang="fr-FR",
            output_pdf_file=str(place),
            afrelationship="data",
        )
        return place.read_bytes()


def _read_back(made: bytes, data: bytes) -> None:
    from pypdf import PdfReader

    found = PdfReader(BytesIO(made), strict=True).attachments
    if found != {ATTACHED: [data]} or made.count(b"%PDF-") != 1:
        raise RuntimeError("the data of an invoice is not in its file")

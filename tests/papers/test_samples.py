"""Every kind of invoice, judged by others: the schema, the rules of EN 16931 and of France, pikepdf
on the pages, and pypdf and PDFium on the file."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
from lxml import etree
from pypdf import PdfReader

from comptoir.papers.invoices import file as making
from comptoir.papers.invoices.data import as_terms, xml_of
from comptoir.papers.invoices.file import ATTACHED, file_of
from comptoir.papers.invoices.page import pages_of
from comptoir.papers.invoices.values import PaperKind
from comptoir.quotes.basket import Scheme
from tests.papers.judges import EN16931, FRENCH, failures
from tests.papers.samples import SAMPLES

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
KNOWN = ["BR-FR-12"]
"""What the French rules want besides: a private person's electronic address (docs/invoices.md)."""

every = pytest.mark.parametrize("sample", SAMPLES)


def words_of(pdf: bytes) -> list[str]:
    """Return the text of each page, as PDFium reads it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            re.sub(r"\s+", " ", page.get_textpage().get_text_range().replace("\u202f", " "))
            for page in document
        ]
    finally:
        document.close()


@every
def test_the_data_fails_no_rule_but_the_known_one(sample):
    # The schema is asked by `xml_of` itself: what it refuses raises.
    data = xml_of(SAMPLES[sample])
    assert failures(data, EN16931) == []
    assert [said.split("/")[0] for said in failures(data, FRENCH)] == KNOWN


@pytest.mark.parametrize(
    "address", [("EM", "eleonore@example.org"), ("0225", "PARTICULIER")], ids=["mail", "private"]
)
def test_with_an_electronic_address_no_rule_is_left(address):
    data = xml_of(SAMPLES["mixed"], address)
    assert (failures(data, EN16931), failures(data, FRENCH)) == ([], [])


def test_the_judges_see_what_is_wrong():
    """The control: a sum that is off, a credit note of no invoice, no VAT number."""
    data = xml_of(SAMPLES["credit-part"])
    off = re.sub(rb"<ram:GrandTotalAmount>[0-9.]+", b"<ram:GrandTotalAmount>99.99", data)
    assert any("BR-CO-15" in said for said in failures(off, EN16931))
    alone = re.sub(
        rb"<ram:InvoiceReferencedDocument>.*?</ram:InvoiceReferencedDocument>", b"", data, flags=16
    )
    assert any("BR-FR-CO-05" in said for said in failures(alone, FRENCH))
    nameless = re.sub(
        rb"<ram:SpecifiedTaxRegistration>.*?</ram:SpecifiedTaxRegistration>", b"", data, flags=16
    )
    assert any("BR-S-02" in said for said in failures(nameless, EN16931))


@every
def test_lines_and_sums_agree_to_the_cent(sample):
    invoice = SAMPLES[sample]
    terms = as_terms(invoice)

    def cents(text):
        return int(text.replace(".", ""))

    parts = [cents(line["BT-131"]) for line in terms["BG-25"]]
    parts += [cents(each["amount"]) for each in terms["BG-21"]]
    bases = sum(cents(each["BT-116"]) for each in terms["BG-23"])
    taxes = sum(cents(each["BT-117"]) for each in terms["BG-23"])
    assert sum(parts) == bases == cents(terms["BT-109"])
    assert bases + taxes == cents(terms["BT-112"]) == invoice.cents
    assert invoice.cents == sum(part.cents for part in (*invoice.lines, *invoice.carriage))


@pytest.mark.parametrize("sample", ["mixed", "credit-part", "ten-pages"])
def test_the_pages_are_approved_before_the_data_goes_in(sample):
    with pikepdf.open(io.BytesIO(pages_of(SAMPLES[sample], NOW))) as pages:
        # Where to begin reading: allowed (ISO 19005-3, 6.6.1 forbids some actions, this is none),
        # and unknown to this judge, which refuses what it does not know.
        del pages.Root.OpenAction
        report = pikepdf.pdfa.check(pages, "3b")
    assert report.verdict == "pass", report.findings


@pytest.mark.parametrize("sample", ["mixed", "credit-part"])
def test_the_file_is_read_back_by_others(sample):
    data = xml_of(SAMPLES[sample])
    reader = PdfReader(io.BytesIO(file_of(SAMPLES[sample], NOW)), strict=True)
    root = reader.trailer["/Root"]
    (named,) = root["/AF"]
    spec = named.get_object()
    embedded = spec["/EF"]["/F"]
    assert spec["/AFRelationship"] == "/Data"
    assert (spec["/F"], spec["/UF"]) == (ATTACHED, ATTACHED)
    assert embedded["/Subtype"] == "/text/xml"
    assert embedded["/Params"]["/ModDate"].startswith("D:20")
    assert embedded.get_data() == data
    assert root["/Names"]["/EmbeddedFiles"]["/Names"][0] == ATTACHED
    assert root["/Lang"] == "fr-FR"
    told = etree.fromstring(root["/Metadata"].get_data())
    found = {etree.QName(each).localname: each.text for each in told.iter(etree.Element)}
    assert (found["part"], found["conformance"]) == ("3", "B")
    assert (found["ConformanceLevel"], found["DocumentFileName"]) == ("EN 16931", ATTACHED)
    assert (found["DocumentType"], found["Version"]) == ("INVOICE", "1.0")


def test_a_file_without_its_data_is_not_given(monkeypatch):
    """Whoever writes the file may fail without a word: pypdf 7.1.1 appended it to the pages."""
    monkeypatch.setattr(making, "_attach", lambda pages, data, invoice: pages)
    with pytest.raises(RuntimeError):
        file_of(SAMPLES["new"], NOW)


def test_what_law_asks_for_stands_on_the_page():
    (page,) = words_of(pages_of(SAMPLES["mixed"], NOW))
    for words in (
        *("Facture", "C-000017", "30 novembre 2026", "28 novembre 2026", "27 novembre 2026"),
        *("Les Quatre Vents SARL", "12 rue du Père-Louis-de-Jabrun", "33000 Bordeaux"),
        *("SIRET 73282932000074", "RCS Bordeaux", "FR44732829320", "SARL au capital de 8 000 €"),
        *("Éléonore d’Aubigné-Lefèvre", "3 bis, place de l’Église", "87000 Limoges"),
        *("Kind of Blue (2 LP)", "5,5 %", "20 %", "Frais de port", "Occasion"),
        *("Régime particulier – Biens d’occasion", "livraison de biens", "135,69 €", "0,00 €"),
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Les Quatre Vents SARL", "Les Quatre Vents SARL au capital de 8 000 € – SIRET"),
        ("S.A.R.L. Les Quatre Vents", "S.A.R.L. Les Quatre Vents au capital de 8 000 € – SIRET"),
        ("Les Quatre Vents", "Les Quatre Vents – SARL au capital de 8 000 € – SIRET"),
        ("Vents de Sarlat", "Vents de Sarlat – SARL au capital de 8 000 € – SIRET"),
    ],
)
def test_the_foot_says_the_legal_form_once(name, told):
    seller = replace(SAMPLES["mixed"].seller, name=name)
    (page,) = words_of(pages_of(replace(SAMPLES["mixed"], seller=seller), NOW))
    assert told in page


def test_a_margin_line_shows_no_vat():
    (page,) = words_of(pages_of(SAMPLES["used"], NOW))
    assert "Régime particulier – Biens d’occasion" in page
    assert "%" not in page.split("Montant à payer")[0]
    terms = as_terms(SAMPLES["used"])
    assert {line["BT-151"] for line in terms["BG-25"]} == {"E"}
    assert (terms["BT-110"], terms["BT-109"]) == ("0.00", terms["BT-112"])


def test_a_business_without_vat_says_so_and_shows_none():
    (page,) = words_of(pages_of(SAMPLES["without-vat"], NOW))
    assert "TVA non applicable, article 293 B du CGI" in page
    assert "Régime particulier" not in page
    assert "%" not in page.split("Montant à payer")[0]
    terms = as_terms(SAMPLES["without-vat"])
    assert [(each["BT-118"], each["BT-119"], each["BT-121"]) for each in terms["BG-23"]] == [
        ("E", "0.00", "VATEX-FR-FRANCHISE")
    ]
    assert (terms["BT-110"], terms["BT-109"]) == ("0.00", terms["BT-112"])
    # The same sale of a shop in Guiana is outside VAT, for another reason.
    there = replace(SAMPLES["without-vat"], seller=SAMPLES["guiana"].seller)
    assert [each["BT-121"] for each in as_terms(there)["BG-23"]] == ["VATEX-EU-O"]


def test_a_credit_note_names_its_invoice():
    (page,) = words_of(pages_of(SAMPLES["credit-part"], NOW))
    assert "Avoir" in page
    assert "C-000017 du 30 novembre 2026" in page


def test_ten_pages_are_numbered_and_repeat_their_headings():
    pages = words_of(pages_of(SAMPLES["ten-pages"], NOW))
    assert len(pages) == 10
    for number, words in enumerate(pages, 1):
        assert f"Facture C-000017 – page {number} sur 10" in words
    assert all("Désignation" in words for words in pages[:-1])


def test_the_samples_are_of_each_kind():
    schemes = {line.tax.scheme for sample in SAMPLES.values() for line in sample.lines}
    assert schemes == set(Scheme)
    assert {sample.kind for sample in SAMPLES.values()} == set(PaperKind)


def test_no_one_is_asked_over_the_network(monkeypatch):
    import requests

    def call(*args, **kwargs):
        raise AssertionError("the library called somebody")

    monkeypatch.setattr(requests.Session, "request", call)
    assert file_of(SAMPLES["new"], NOW)

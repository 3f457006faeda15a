"""Who distributes a publisher is learnt of notices, proposed to shops, and taken by one tap."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from comptoir.accounts.models import User
from comptoir.catalogue.operations import import_file
from comptoir.core.errors import Conflict
from comptoir.purchases.models import Distribution, Supplier, Supply
from comptoir.purchases.operations import SupplierSaid, accept, write_supplier
from comptoir.purchases.reads import lists_of
from tests.catalogue import files
from tests.factories import make_product
from tests.purchases.town import Town, make_town

pytestmark = pytest.mark.django_db

GLN = "3025590000008"


def supplier(role: str, name: str, gln: str = "") -> str:
    """Return a `Supplier` of a notice."""
    number = files.tags(SupplierIDType="06", IDValue=gln)
    told = f"<SupplierIdentifier>{number}</SupplierIdentifier>" if gln else ""
    return (
        f"<Supplier>{files.tags(SupplierRole=role)}{told}{files.tags(SupplierName=name)}</Supplier>"
    )


def kept() -> list[tuple[str, str, str]]:
    """Return what is kept of distributors."""
    return sorted(Distribution.objects.values_list("publisher", "name", "gln"))


@pytest.fixture
def town() -> Town:
    """A shop whose reader wants a book of a publisher of which the shop has said nothing."""
    town = make_town()
    town.order(make_product(title="L’écluse", publisher="Éditions de la Berge"))
    return town


def proposed(town: Town) -> list[str]:
    """Return who is proposed for the titles that are nobody's."""
    nobodys = [each for each in lists_of(shop=town.shop, actor=town.ann) if not each.supplier]
    items = [item for each in nobodys for item in each.items]
    return [item.proposal.name if item.proposal else "" for item in items]


@pytest.mark.parametrize("spelling", [str, files.short])
def test_the_exclusive_distributor_to_shops_is_learnt_of_onix(tmp_path: Path, spelling) -> None:
    offered = supplier("04", "Un grossiste") + supplier("03", "Un autre")
    offered += supplier("02", "Distribution Ouest", GLN) + supplier("01", "La maison même")
    told = files.onix(files.product(files.EAN, supply=files.price() + offered))
    import_file(path=files.write(tmp_path, spelling(told)), reports=tmp_path)
    assert kept() == [("éditions du clain", "Distribution Ouest", GLN)]


def test_a_number_that_is_no_gln_a_market_abroad_and_a_wholesaler_teach_nothing(
    tmp_path: Path,
) -> None:
    abroad = f"<Market><Territory>{files.tags(CountriesIncluded='BE')}</Territory></Market>"
    wrong = supplier("02", "Distribution Ouest", "3025590000009")
    notice = files.product(files.EAN, supply=files.price() + wrong)
    there = notice.replace("<SupplyDetail>", f"{abroad}<SupplyDetail>", 1)
    for text, expected in (
        (there, []),
        (files.product(files.EAN, supply=files.price() + supplier("04", "Un grossiste")), []),
        (notice, [("éditions du clain", "Distribution Ouest", "")]),
    ):
        import_file(path=files.write(tmp_path, files.onix(text)), reports=tmp_path)
        assert kept() == expected


def test_what_notices_say_later_takes_its_place_and_most_of_a_batch_count(tmp_path: Path) -> None:
    def said(number: str, name: str) -> str:
        return files.titelive(number, publisher="Le Clain", distributor=name)

    for names, expected in ((["A"], "A"), (["B", "C", "C"], "C")):
        numbers = [files.EAN, files.OTHER_EAN, files.ean(70_000_003)]
        lines = [said(number, name) for number, name in zip(numbers, names, strict=False)]
        path = files.write(tmp_path, "".join(lines).encode("latin-1"), "Quotidien01.tit")
        import_file(path=path, reports=tmp_path)
        assert kept() == [("le clain", expected, "")]


def test_one_tap_takes_the_distributor_as_supplier_of_the_publisher(town: Town) -> None:
    assert proposed(town) == [""]
    Distribution.objects.create(publisher="éditions de la berge", name="Sud Livres", gln=GLN)
    assert proposed(town) == ["Sud Livres"]
    client = Client(headers={"accept-language": "fr"})
    client.force_login(
        User.objects.get(pk=town.ann.id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    shown = client.get(reverse("counter:purchases", args=[town.shop.slug])).content.decode()
    assert "Noter Sud Livres comme fournisseur pour Éditions de la Berge" in shown
    book = town.shop.orders.get().lines.get().product
    client.post(reverse("counter:distributor_accepted", args=[town.shop.slug, book.ref]))
    found = Supplier.objects.get(shop=town.shop, name="Sud Livres")
    assert found.gln == GLN
    assert Supply.objects.filter(supplier=found, publisher="éditions de la berge").exists()
    assert [each.supplier for each in lists_of(shop=town.shop, actor=town.ann)] == [found]


def test_a_supplier_of_the_same_gln_or_name_is_the_one_meant(town: Town) -> None:
    mine = write_supplier(shop=town.shop, said=SupplierSaid("Chez Jo", gln=GLN), actor=town.ann)
    book = town.shop.orders.get().lines.get().product
    with pytest.raises(Conflict):
        accept(shop=town.shop, product=book, actor=town.ann)
    Distribution.objects.create(publisher="éditions de la berge", name="Sud Livres", gln=GLN)
    assert proposed(town) == ["Chez Jo"]
    assert accept(shop=town.shop, product=book, actor=town.ann) == mine
    other = make_product(publisher="Rives")
    Distribution.objects.create(publisher="rives", name="DISTRIBUTION ouest")
    assert accept(shop=town.shop, product=other, actor=town.ann) == town.supplier
    assert Supplier.objects.filter(shop=town.shop).count() == 2

"""What conditions say, what they cannot be without, and that versions stay."""

from datetime import date

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.oversight.faults import Fault
from comptoir.oversight.quality import quality_of
from comptoir.papers.models import LegalIdentity
from comptoir.quotes.operations import BandSaid, TariffSaid, write_tariff
from comptoir.quotes.places import Zone
from comptoir.shops.operations.memberships import join_network
from comptoir.terms.documents import written
from comptoir.terms.errors import NotPublished, TermsLack
from comptoir.terms.facts import facts_of, lacking
from comptoir.terms.models import TermsVersion
from comptoir.terms.operations import publish
from comptoir.terms.reads import may_post
from tests.factories import make_network, make_shop
from tests.quotes.conftest import post_from
from tests.terms.world import fill_in, publish_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)
FACTS = {
    **dict.fromkeys(("seller", "address", "email", "phone", "siret", "shop"), "x"),
    **dict.fromkeys(("director", "mediator_name", "mediator_address", "mediator_site"), "m"),
    **dict.fromkeys(("capital", "register", "vat_number", "packaging_number", "own_words"), ""),
    **dict.fromkeys(("exemption", "shop_pays", "publisher", "hosted_by"), ""),
    "return_address": "x",
    "reader_pays": "x",
    "erase_days": "30",
}


def said(facts: dict[str, str], document: str = "conditions", day: date = TODAY) -> str:
    sections = written(facts, day)["fr"][document]
    return "\n".join(text for each in sections for text in [each["heading"], *each["paragraphs"]])


class TestTexts:
    def test_law_gives_the_box_word_for_word_from_its_day(self):
        (box,) = [
            each
            for each in written(FACTS, TODAY)["en"]["conditions"]
            if each["paragraphs"][0].startswith("Le consommateur dispose d'un délai de deux ans")
        ]
        assert (box["boxed"], box["language"], len(box["paragraphs"])) == (True, "fr", 17)
        assert "300 000 euros" in box["paragraphs"][-2]
        assert "vices cachés" not in said(FACTS, day=date(2022, 9, 30))

    def test_what_a_shop_has_not_is_left_out(self):
        assert "Capital" not in said(FACTS)
        assert "ADEME" not in said(FACTS)
        more = FACTS | {"capital": "8 000 €", "packaging_number": "FR123456_01ABCD"}
        assert "Capital : 8 000 €." in said(more)
        assert "FR123456_01ABCD" in said(more)

    def test_the_exemption_of_a_micro_business_is_stated_where_it_is_claimed(self):
        assert "microentreprise" not in said(FACTS, "legal")
        assert "microentreprise" in said(FACTS | {"exemption": "x"}, "legal")

    def test_the_mediator_is_named_and_no_link_leads_to_the_closed_platform(self):
        for language in ("fr", "en"):
            told = str(written(FACTS, TODAY)[language])
            assert "m, m, m" in told
            assert "ec.europa.eu" not in told
            assert "odr" not in told.lower()

    def test_both_languages_say_the_same_sections(self):
        texts = written(FACTS, TODAY)
        for document in ("conditions", "legal", "privacy"):
            one, other = (
                [(each["boxed"], len(each["paragraphs"])) for each in texts[language][document]]
                for language in ("fr", "en")
            )
            assert one == other


def test_what_is_missing_is_named_and_stops_publishing():
    shop = make_shop(email="")
    assert {"siret", "name", "form", "email", "mediator_name", "director"} <= set(lacking(shop))
    with pytest.raises(TermsLack) as refused:
        publish(shop=shop, actor=SYSTEM, now=timezone.now())
    assert "mediator_site" in refused.value.data["lacks"]
    publish_for(shop)
    assert lacking(shop) == []
    assert facts_of(shop)["seller"] == "Les Quatre Vents SARL"
    LegalIdentity.objects.filter(shop=shop).update(name="Les Quatre Vents")
    assert facts_of(shop)["seller"] == "Les Quatre Vents, SARL"


def test_versions_are_counted_and_stay_and_the_same_words_are_none():
    shop = make_shop()
    first = publish_for(shop)
    texts = first.texts
    assert publish(shop=shop, actor=SYSTEM, now=timezone.now()).pk == first.pk
    second = publish_for(shop, director="Paul Martin")
    assert (first.number, second.number) == (1, 2)
    first.refresh_from_db()
    assert first.texts == texts
    assert "Paul Martin" in str(second.texts)


def test_nobody_begins_to_post_before_publishing():
    shop = make_shop()
    band = BandSaid(Zone.FRANCE, 500, 700)
    written_down = {"actor": SYSTEM, "now": timezone.now()}
    with_band = TariffSaid(since=timezone.localdate(), bands=[band])
    with pytest.raises(TermsLack):
        write_tariff(shop=shop, said=with_band, **written_down)
    write_tariff(shop=shop, said=TariffSaid(since=timezone.localdate(), bands=[]), **written_down)
    fill_in(shop)
    with pytest.raises(NotPublished):
        write_tariff(shop=shop, said=with_band, **written_down)
    publish_for(shop)
    assert may_post(shop)
    assert write_tariff(shop=shop, said=with_band, **written_down).bands.count() == 1


def test_the_office_lists_who_posts_without_conditions():
    network = make_network()
    shops = [make_shop() for _n in range(3)]
    for shop in shops:
        join_network(shop=shop, network=network, actor=SYSTEM)
    for shop in shops[:2]:
        post_from(shop)
    publish_for(shops[0])
    found = quality_of(network, actor=SYSTEM, now=timezone.now())
    lacks = {each.shop.pk for each in found if Fault.NO_TERMS in each.faults}
    assert lacks == {shops[1].pk}
    assert TermsVersion.objects.count() == 1

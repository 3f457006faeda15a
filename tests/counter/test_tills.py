"""The page of the tills that call: made by a manager, the secret shown to nobody."""

from comptoir.stock.models import TillLink
from tests.counter.conftest import browser_of

PAGE = "/comptoir/pilori/caisses"


def test_a_manager_links_a_till_changes_and_ends_it(manager, shop) -> None:
    desk = browser_of(manager)
    assert (
        desk.post(PAGE, {"provider": "square", "secret": "", "location": "L1"}).status_code == 302
    )
    link = TillLink.objects.get()
    page = desk.get(PAGE).content.decode()
    assert f"/tills/square/{link.token}" in page
    desk.post(PAGE, {"provider": "square", "secret": "s3cr3t-of-square", "location": ""})
    link.refresh_from_db()
    assert (link.secret, link.location) == ("s3cr3t-of-square", "L1")
    page = desk.get(PAGE).content.decode()
    assert "s3cr3t-of-square" not in page
    assert f"/tills/square/{link.token}" in page
    assert desk.post(PAGE, {"end": "square"}).status_code == 302
    assert not TillLink.objects.exists()


def test_staff_see_the_link_and_neither_its_address_nor_its_verbs(manager, staff, shop) -> None:
    browser_of(manager).post(PAGE, {"provider": "zettle", "secret": "s3cr3t"})
    desk = browser_of(staff)
    page = desk.get(PAGE).content.decode()
    assert "Zettle" in page
    assert TillLink.objects.get().token not in page
    assert desk.post(PAGE, {"provider": "square"}).status_code == 403
    assert desk.post(PAGE, {"end": "zettle"}).status_code == 403
    assert TillLink.objects.count() == 1


def test_what_is_no_provider_or_no_secret_is_told(manager, shop) -> None:
    desk = browser_of(manager)
    for values in ({"provider": "sumup"}, {"provider": "square", "secret": "a\tb"}):
        assert desk.post(PAGE, values).status_code == 200
    assert desk.post(PAGE, {"end": "square"}).status_code == 404
    assert not TillLink.objects.exists()

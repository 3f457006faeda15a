"""What no page can answer, said on a page of the site."""

import pytest
from django.test import RequestFactory

from comptoir.core.errors import Conflict
from comptoir.orders.errors import Busy
from comptoir.ui.errors import DomainErrorPages
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db
NUL = "%00a"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize(
    "path",
    [
        f"/recherche?q={NUL}",
        f"/recherche?{NUL}=1",
        f"/reservation/{NUL}",
        f"/titre/{NUL}",
        f"/boutiques?department={NUL}",
        f"/comptoir/pilori/trouver?q={NUL}",
    ],
)
def test_a_nul_in_an_address_is_refused(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/panier", "/reserver", "/compte/"])
def test_a_nul_in_a_form_is_refused(client, path):
    assert client.post(path, {"name": "Ana\0"}).status_code == 400
    assert client.post(path, {"na\0me": "Ana"}).status_code == 400


def test_a_nul_in_a_cookie_is_no_cookie(client):
    client.cookies["sessionid"] = "\0aaaaaaaaaaaaaaaa"
    assert client.get("/comptoir/").status_code == 302


@pytest.mark.parametrize(
    ("error", "status", "after"), [(Busy(), 503, "5"), (Conflict("moved", "Moved"), 409, None)]
)
def test_what_could_not_be_done_just_now_may_be_tried_again(
    rf: RequestFactory, error, status, after
):
    request = rf.get("/panier")
    request.session, request.user = {}, None
    response = DomainErrorPages(lambda _: None).process_exception(request, error)
    assert (response.status_code, response.headers.get("Retry-After")) == (status, after)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_an_address_that_only_takes_a_form_says_so_on_a_page(client, method):
    shop = make_shop(slug="pilori")
    client.force_login(make_staff(shop), backend=BACKEND)
    for path in (
        "/comptoir/pilori/boutique/fermetures",
        "/comptoir/pilori/inventaires/1/appliquer",
    ):
        response = getattr(client, method)(path, headers={"Accept-Language": "fr"})
        assert (response.status_code, response["Allow"]) == (405, "POST")
        text = response.content.decode()
        assert "n’attend qu’un formulaire" in text
        assert "revenez à la page du bouton" in text
        assert 'href="/comptoir/"' in text
        assert "<header" in text


def test_a_page_that_takes_no_form_says_so_too(client):
    response = client.post("/recherche", headers={"Accept-Language": "fr"})
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert b"</html>" in response.content

"""What no page can answer, said on a page of the site."""

import pytest
from django.test import RequestFactory

from comptoir.core.errors import Conflict
from comptoir.orders.errors import Busy
from comptoir.ui.errors import DomainErrorPages

pytestmark = pytest.mark.django_db
NUL = "%00a"


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

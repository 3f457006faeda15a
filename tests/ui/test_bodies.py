"""What a page takes of a body, through the whole of the middleware."""

from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.counter.conftest import browser_of
from tests.factories import make_product, make_shop, make_staff

PAGES = ["/panier", "/reserver"]
MULTIPART = "multipart/form-data; boundary=b"

pytestmark = pytest.mark.django_db


class Unread:
    """A body that nobody may read."""

    def read(self, *_size: int) -> bytes:
        """Fail."""
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "head",
    [
        {"CONTENT_LENGTH": "1000000000"},
        {"CONTENT_LENGTH": "2500001"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_a_large_body_is_refused_unread(client, path, head) -> None:
    response = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO=path,
        CONTENT_TYPE=MULTIPART,
        **{"wsgi.input": Unread(), **head},
    )
    assert response.status_code == 413
    assert "C’est trop à la fois" in response.content.decode()


def test_a_small_file_in_a_form_is_kept_nowhere(client) -> None:
    file = SimpleUploadedFile("f", b"x" * 2_000_000)
    response = client.post("/panier", {"action": "none", "file": file})
    assert response.status_code == 303
    assert not response.wsgi_request.FILES


def send(browser, path: str, length: int, **head: str):
    """Send a file whose body nobody may read."""
    return browser.request(
        REQUEST_METHOD="POST",
        PATH_INFO=path,
        CONTENT_TYPE=MULTIPART,
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Unread(), **head},
    )


@pytest.mark.parametrize("length", [5_000_000, 500_000_000])
def test_whose_session_has_ended_signs_in_first(client, length) -> None:
    shop = make_shop(slug="pilori")
    bench = f"/comptoir/{shop.slug}/inventaires/essai"
    shown = f"http://testserver{bench}"
    response = send(client, bench, length, HTTP_REFERER=shown)
    assert response.status_code == 302
    assert response.url.startswith("/compte/")
    assert bench in unquote(response.url)
    elsewhere = unquote(send(client, bench, length, HTTP_REFERER="http://example.org/").url)
    assert "example.org" not in elsewhere
    assert elsewhere.endswith("next=/comptoir/")


@pytest.mark.parametrize(("path", "limit"), [("inventaires/essai", 100), ("occasions/ajouter", 15)])
def test_the_refusal_of_a_file_names_the_limit_of_its_page(path, limit) -> None:
    desk = browser_of(make_staff(make_shop(slug="pilori")))
    response = send(desk, f"/comptoir/pilori/{path}", 200_000_000)
    assert response.status_code == 413
    assert f"{limit}\u202fMo au plus" in response.content.decode()


def test_an_answer_to_everybody_asks_nothing_of_the_reader() -> None:
    desk = browser_of(make_staff(make_shop()))
    product = make_product()
    with CaptureQueriesContext(connection) as asked:
        response = desk.get(f"/couverture/{product.ref}.svg")
    assert response.status_code == 200
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not [query for query in asked if "session" in query["sql"] or "user" in query["sql"]]

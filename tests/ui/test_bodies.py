"""What a page takes of a body, through the whole of the middleware."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

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

"""What pages let in: covers from the hosts that the network names, drawn ones else."""

import pytest
from click.testing import CliRunner
from django.template import Context, Template

from comptoir.catalogue.commands import catalogue
from comptoir.config.variables import BadSetting, names
from tests.factories import make_product

COVER = "https://images.example/9782070000001.jpg"


def image_sources(client) -> list[str]:
    policy = client.get("/").headers["Content-Security-Policy"]
    (sources,) = [part for part in policy.split(";") if part.split()[0] == "img-src"]
    return sources.split()[1:]


def shown(image: str) -> str:
    template = Template("{% cover image=image drawn='/drawn.svg' kind='book' %}")
    return template.render(Context({"image": image})).split('src="')[1].split('"')[0]


@pytest.mark.django_db
def test_images_come_from_the_hosts_that_are_named(client, settings) -> None:
    assert image_sources(client) == ["'self'", "data:"]
    settings.COVER_HOSTS = ("images.example", "*.covers.example")
    named = ["https://images.example", "https://*.covers.example"]
    assert image_sources(client) == ["'self'", "data:", *named]


@pytest.mark.parametrize(
    ("image", "let_in"),
    [
        (COVER, True),
        ("https://IMAGES.example/a.jpg", True),
        ("https://a.covers.example/a.jpg", True),
        ("https://covers.example/a.jpg", False),
        ("https://notcovers.example/a.jpg", False),
        ("https://images.example.org/a.jpg", False),
        ("https://images.example@elsewhere.example/a.jpg", False),
        ("https://images.example:8443/a.jpg", False),
        ("http://images.example/a.jpg", False),
        ("https://[images.example/a.jpg", False),
        ("", False),
    ],
)
def test_a_cover_that_is_not_let_in_is_drawn(settings, image, let_in) -> None:
    settings.COVER_HOSTS = ("images.example", "*.covers.example")
    assert shown(image) == (image if let_in else "/drawn.svg")


@pytest.mark.parametrize("text", ["*", "https:", "images.example/covers", "a b.example", "'self'"])
def test_what_is_no_host_is_refused_at_the_start(text, monkeypatch) -> None:
    monkeypatch.setenv("COMPTOIR_COVER_HOSTS", " Images.example, *.covers.example,")
    assert names("COMPTOIR_COVER_HOSTS") == ("images.example", "*.covers.example")
    monkeypatch.setenv("COMPTOIR_COVER_HOSTS", text)
    with pytest.raises(BadSetting, match="COMPTOIR_COVER_HOSTS"):
        names("COMPTOIR_COVER_HOSTS")


@pytest.mark.django_db
def test_the_command_lists_where_covers_lie() -> None:
    for number, cover in enumerate((COVER, COVER, "https://A.covers.example:443/x", "", "x")):
        make_product(title=f"Nana {number}", cover_url=cover)
    lines = CliRunner().invoke(catalogue, ["covers"]).output.split()
    assert lines == ["2", "images.example", "1", "a.covers.example"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/boutiques", "/api/v1/shops", "/api/v1/docs", "/nothing"])
def test_no_other_site_shows_a_part_of_ours(client, path) -> None:
    assert client.get(path).headers["Cross-Origin-Resource-Policy"] == "same-origin"

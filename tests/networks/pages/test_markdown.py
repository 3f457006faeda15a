"""A text in Markdown becomes HTML that can do nothing: whatever is in it, and in bounded time."""

import time
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest

from comptoir.networks.pages.markdown import Shown, pictures_in, render
from comptoir.networks.pages.models import LONGEST_BODY

DIGEST = "0123456789abcdef0123456789abcdef"
KNOWN = {DIGEST: Shown(f"/images/{DIGEST}.webp", 800, 600, "Une vitrine")}


def test_what_a_page_needs_is_there():
    html = render("# Titre\n\n## Deux\n\n**gras**, ~~non~~\n\n- un\n\n| a |\n|--|\n| b |\n", {})
    for part in (
        "<h2>Titre</h2>",
        "<h3>Deux</h3>",
        "<strong>gras</strong>",
        "<s>non</s>",
        "<li>un</li>",
        "<td>b</td>",
    ):
        assert part in html


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("# a\n\n## b", "h2 h3"),
        ("## a\n\n## b\n\n### c", "h2 h2 h3"),
        ("# a\n\n### b\n\n## c\n\n### d", "h2 h3 h3 h4"),
        ("### a\n\n# b", "h2 h2"),
    ],
)
def test_headings_begin_at_two_and_leave_none_out(text, ranks):
    tree = lxml.html.fragment_fromstring(render(text, {}), create_parent="div")
    assert " ".join(each.tag for each in tree) == ranks


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)></svg>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<style>body { display: none }</style>",
        '<div style="position: fixed">x</div>',
        "<iframe src=https://example.org></iframe>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "[x](//example.org)",
        "[x](\\\\example.org)",
        "[x](/\\example.org)",
        "![x](https://example.org/a.png)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](/media/other.png)",
        '[x](https://example.org "onmouseover=alert(1)")',
        '<https://example.org/"onclick=alert(1)>',
        "![x](photo:ffffffffffffffffffffffffffffffff)",
        "```<script>\nalert(1)\n```",
    ],
)
def test_nothing_that_acts_comes_through(text):
    html = render(text, KNOWN)
    tree = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in tree.iter():
        assert element.tag not in {"script", "svg", "style", "iframe", "img", "object", "form"}
        assert not {name for name in element.attrib if name.startswith("on") or name == "style"}
        address = urlsplit(urljoin("https://own.example/", element.attrib.get("href", "")))
        assert address.scheme == "https", html
        assert address.netloc == "own.example" or element.attrib["href"].startswith("https:"), html


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=c", "mailto:a@example.org", "tel:+33549000000", "geo:46.5,0.3"],
)
def test_a_link_leads_where_it_may_and_tells_nobody_from_where(address):
    html = render(f"[mots]({address})", {})
    assert f'href="{address}"' in html
    assert 'rel="noopener noreferrer"' in html


@pytest.mark.parametrize("address", ["/boutiques", "#suite", "actualites"])
def test_a_link_within_the_site_stays(address):
    assert f'href="{address}"' in render(f"[mots]({address})", {})


def test_a_picture_of_ours_is_shown_with_what_one_sees():
    html = render(f"![](photo:{DIGEST})\n\n![Le *comptoir*](photo:{DIGEST})", KNOWN)
    assert f'src="/images/{DIGEST}.webp"' in html
    assert 'alt="Une vitrine"' in html
    assert 'alt="Le comptoir"' in html
    assert 'width="800"' in html
    assert pictures_in(html) == []
    assert pictures_in(f"![a](photo:{DIGEST}) ![b](photo:{DIGEST})") == [DIGEST]


def test_a_picture_of_somebody_else_is_words():
    assert render(f"![Une rue](photo:{DIGEST})", {}) == "<p>Une rue</p>\n"


@pytest.mark.parametrize("part", ["> ", "- ", "![", "](", "*a _b ", "<a ", "|a", "\\"])
def test_no_text_takes_long(part):
    text = (part * LONGEST_BODY)[: LONGEST_BODY // 2]
    began = time.process_time()
    html = render(text, {})
    assert time.process_time() - began < 5
    assert html.count("<blockquote>") + html.count("<ul>") <= 40

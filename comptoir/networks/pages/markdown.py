"""A text in Markdown as HTML: of CommonMark, tables and strike-through what a page needs, and
nothing by which a page could do anything.

Twice: the parser makes no HTML but its own and takes no address but those of `ALLOWED`; then `nh3`
lets through the elements of `ELEMENTS` alone. Sources: https://spec.commonmark.org/0.31.2/;
https://nh3.readthedocs.io/
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

PICTURE = "photo:"
"""How a text names a picture: `![what one sees](photo:0123…)`, by the picture's digest."""
ALLOWED = frozenset({"http", "https", "mailto", "tel", "geo"})
DEEPEST = 12
"""Lists and quotations within each other; what is deeper is left out."""
ELEMENTS: Mapping[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
    **{
        name: set[str]()
        for name in (
            *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "li", "blockquote", "pre"),
            *("code", "em", "strong", "s", "table", "thead", "tbody", "tr"),
        )
    },
}
_NAMED = re.compile(r"photo:([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that a text may show: its address, width and height in pixels, and what one sees on
    it where the text does not say so itself."""

    src: str
    width: int
    height: int
    alt: str


def pictures_in(text: str) -> list[str]:
    """Return the digests that a text names, each once."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def render(text: str, pictures: Mapping[str, Shown]) -> str:
    """Return a text in Markdown as HTML that may stand in a page. `pictures` are those it may
    show, by digest; of another, what one would have seen stands there in words. Headings begin at
    `h2`. Time grows with the length: whoever takes texts bounds that (`LONGEST_BODY`).
    """
    parser = _Parser()
    tokens = parser.parse(text)
    _rank(tokens)
    for token in tokens:
        if token.children:
            token.children = [_picture(each, pictures) for each in token.children]
    return _clean(parser.renderer.render(tokens, parser.options, {}), pictures)


def _rank(tokens: list[Token]) -> None:
    """Have the highest heading of a text be `h2`, and none leave a rank out on the way down: below
    the title of its page, and for those who read by headings."""
    marks = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    ranks = {tag: rank for rank, tag in enumerate(sorted({each.tag for each in marks}), start=2)}
    before = 1
    for token in marks:
        if token.type == "heading_open":
            before = min(ranks[token.tag], before + 1, 6)
        token.tag = f"h{before}"


class _Parser(MarkdownIt):
    """CommonMark with tables and strike-through, without HTML, whose links lead where they may."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": DEEPEST})
        self.enable(["table", "strikethrough"])

    def validateLink(self, url: str) -> bool:
        """Return whether a link may lead there."""
        return _is_allowed(url)


def _is_allowed(address: str) -> bool:
    """Return whether a link may lead there: to `ALLOWED`, within the page or the site; or names a
    picture."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in ALLOWED or _NAMED.fullmatch(address) is not None
    return not parts.netloc and not address.startswith(("//", "\\", "/\\"))


def _picture(token: Token, pictures: Mapping[str, Shown]) -> Token:
    """Return a picture as one that may be shown, anything else as it is."""
    if token.type != "image":
        return token
    named = _NAMED.fullmatch(str(token.attrs.get("src", "")))
    shown = pictures.get(named[1]) if named else None
    if shown is None:
        return Token("text", "", 0, content=token.content)
    token.attrs |= {"src": shown.src, "width": str(shown.width), "height": str(shown.height)}
    token.attrs["loading"] = "lazy"
    if not token.content:
        token.children = [Token("text", "", 0, content=shown.alt)]
    return token


def _clean(html: str, pictures: Mapping[str, Shown]) -> str:
    ours = {each.src for each in pictures.values()}
    return nh3.clean(
        html,
        tags=set(ELEMENTS),
        attributes={name: set(known) for name, known in ELEMENTS.items() if known},
        attribute_filter=_only(ours),
        url_schemes=set(ALLOWED),
        link_rel="noopener noreferrer",
    )


def _only(ours: set[str]) -> Callable[[str, str, str], str | None]:
    def keep(element: str, name: str, value: str) -> str | None:
        return value if (element, name) != ("img", "src") or value in ours else None

    return keep

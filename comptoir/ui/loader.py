"""Templates as pages are rendered from them: parsed once, with all made beforehand that no reader
changes.

Django's engine works out anew for every page which template extends which, translates every word,
and looks up every address and every file. This loader does it once: what a template extends is put
together with it, and what stands between two values is a text for each language. The templates stay
Django's own, word for word; nothing that a context says is ever kept.
"""

import threading
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from django.conf import settings
from django.template import Context, Node, NodeList, Origin, Template, library
from django.template.base import TextNode, Variable, VariableNode
from django.template.defaulttags import IfNode, URLNode
from django.template.loader_tags import BlockNode, ExtendsNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from comptoir.networks.portal import portal, site_name

_WORLD = "comptoir.ui.loader"
_SUPER = "block.super"

World = tuple[str | None, str, str, str, str, bool]
_making = threading.RLock()
"""Held by whoever puts a template together, with those that it extends."""


class Loader(cached.Loader):
    """Django's cached loader, whose templates are whole."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """Return a template to be rendered. Raises `TemplateDoesNotExist`."""
        template: Any = super().get_template(template_name, skip)
        if not hasattr(template, "parsed"):
            with _making:
                if not hasattr(template, "parsed"):
                    parsed = template.nodelist
                    template.nodelist = _Whole(template).nodes
                    template.parsed = parsed
        found: Template = template
        return found


class Fixed(Node):
    """Nodes that give every reader of one language the same text; it is kept."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._texts: dict[World, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the text of this language."""
        world = _world(context)
        text = self._texts.get(world)
        if text is None:
            nothing = Context(autoescape=context.autoescape)
            nothing.template = context.template
            text = self._texts[world] = mark_safe(  # noqa: S308  as its nodes escaped it
                "".join(str(node.render(nothing)) for node in self._nodes)
            )
        return text


class Scope(Node):
    """What stands in a block of its own: a value that it names ends with it."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return what its nodes say."""
        with context.push():
            return self.nodelist.render(context)


def _world(context: Context) -> World:
    """Return all that a fixed text hangs on; it is the same throughout one rendering."""
    kept: dict[Any, Any] = context.render_context.dicts[0]
    world: World | None = kept.get(_WORLD)
    if world is None or world[-1] != context.autoescape:
        shown = portal()
        accent = shown.brand.accent if shown else ""
        site = site_name(), accent, settings.CONTACT
        world = (get_language(), get_script_prefix(), *site, context.autoescape)
        kept[_WORLD] = world
    return world


class _Whole:
    """A template, put together with what it extends."""

    def __init__(self, template: Any) -> None:  # noqa: ANN401  Django's, with `parsed`
        # The definitions of a block, that of the template itself first.
        self._blocks: dict[str, list[BlockNode]] = {}
        before: list[Node] = []
        seen: list[Origin] = []
        nodes: Any = template.nodelist
        while nodes and isinstance(nodes[-1], ExtendsNode):
            child: Any = nodes[-1]
            before += nodes[:-1]
            seen.append(template.origin)
            self._learn(child.nodelist)
            name = child.parent_name.resolve(Context())
            template, _origin = template.engine.find_template(name, skip=seen)
            nodes = template.parsed
        self._learn(nodes)
        self.nodes = _joined([*before, *self._flat(nodes)])

    def _learn(self, nodes: Any) -> None:  # noqa: ANN401  its stubs do not tell the types apart
        for block in nodes.get_nodes_by_type(BlockNode):
            self._blocks.setdefault(block.name, []).append(block)

    def _flat(self, nodes: Iterable[Node], block: tuple[str, int] = ("", 0)) -> Iterator[Node]:
        """Yield nodes, each block as the template has it; `block` is which of its definitions they
        stand in."""
        for node in nodes:
            if isinstance(node, BlockNode):
                yield from self._block(node.name, 0)
            elif isinstance(node, VariableNode) and node.filter_expression.token == _SUPER:
                yield from self._block(block[0], block[1] + 1)
            else:
                yield self._copy(node, block)

    def _block(self, name: str, place: int) -> Iterator[Node]:
        definitions = self._blocks[name]
        if place < len(definitions):
            nodes = _joined(self._flat(definitions[place].nodelist, (name, place)))
            if all(isinstance(node, Fixed | TextNode) for node in nodes):
                yield from nodes
            else:
                yield Scope(nodes)

    def _copy(self, node: Node, block: tuple[str, int]) -> Node:
        """Return a node with what stands within it done alike."""
        made: Any = copy(node)
        if isinstance(node, IfNode):
            made.conditions_nodelists = [
                (condition, _joined(self._flat(nodes, block)))
                for condition, nodes in node.conditions_nodelists
            ]
            return made
        for name in node.child_nodelists:
            nodes = getattr(node, name, None)
            if isinstance(nodes, NodeList):
                setattr(made, name, _joined(self._flat(nodes, block)))
        return made


def _joined(nodes: Iterable[Node]) -> NodeList:
    """Return nodes, those that stand side by side and never change made one."""
    made, fixed = NodeList(), []
    for node in nodes:
        if _is_fixed(node):
            fixed += node._nodes if isinstance(node, Fixed) else [node]
            continue
        made.extend(_as_one(fixed))
        made.append(node)
        fixed = []
    made.extend(_as_one(fixed))
    return made


def _as_one(fixed: list[Node]) -> list[Node]:
    texts = [node.s for node in fixed if isinstance(node, TextNode)]
    if len(texts) < len(fixed):
        return [Fixed(fixed)]
    return [TextNode("".join(texts))] if texts else []


def _is_fixed(node: Node) -> bool:
    """Return whether a node says the same to everybody: a word, an address, a file, a drawing."""
    if isinstance(node, TranslateNode):
        plain = node.asvar is None and node.message_context is None
        return plain and _is_literal(node.filter_expression)
    if isinstance(node, URLNode):
        named = node.asvar is None and not node.args and not node.kwargs
        return named and _is_literal(node.view_name)
    if isinstance(node, StaticNode):
        return node.varname is None and _is_literal(node.path)
    if isinstance(node, library.SimpleNode):
        same = getattr(node.func, "is_fixed", False) and not node.kwargs
        return same and node.target_var is None and all(map(_is_literal, node.args))
    return isinstance(node, TextNode | Fixed)


def _is_literal(expression: Any) -> bool:  # noqa: ANN401  a FilterExpression, of no public type
    if expression.filters:
        return False
    var = expression.var
    return not isinstance(var, Variable) or var.literal is not None

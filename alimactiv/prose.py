"""Markdown that people type, as safe HTML."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# "js-default": raw HTML is shown as typed, and links to javascript:, vbscript:, file: and data: stay text.
_markdown = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True}).disable("image")


def prose(text: str) -> SafeString:
    """``text`` as HTML: what is not Markdown stands as typed, line breaks included; titles are all ``h3``.

    >>> str(prose("**Ici** <b>là</b>"))
    '<p><strong>Ici</strong> &lt;b&gt;là&lt;/b&gt;</p>\\n'
    """
    tokens = _markdown.parse(text)
    for token in tokens:
        _tame(token)
    return mark_safe(_markdown.renderer.render(tokens, _markdown.options, {}))  # noqa: S308 (escaped by the parser)


def _tame(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "h3"
    for child in token.children or []:
        if child.type == "link_open":
            child.attrSet("rel", "nofollow noopener")


def plain(text: str) -> list[str]:
    """The same text without its marks, a paragraph or a point of a list each: where there is no HTML."""
    return ["".join(map(_words, token.children or [])) for token in _markdown.parse(text) if token.type == "inline"]


def _words(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content

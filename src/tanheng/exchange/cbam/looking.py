"""Looking things up in a quarterly report by the names of its elements."""

from __future__ import annotations

from lxml import etree

from tanheng.exchange.cbam.filling import NAMESPACE


def every(element: etree._Element, name: str) -> list[etree._Element]:
    """Children of a name."""
    return element.findall(f"{{{NAMESPACE}}}{name}")


def text(element: etree._Element, path: str) -> str | None:
    """The text at a path of names; ``None`` where there is no such element."""
    return element.findtext("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))

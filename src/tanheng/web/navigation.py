"""The menu: which areas there are, and who is shown them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tanheng.accounts.model import Role, SystemRole
from tanheng.web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the menu; its words are ``menu.<key>`` of the frame."""

    key: str
    path: str
    shown: Callable[[Visitor], bool]


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading."""

    key: str
    items: tuple[Item, ...]


def _anybody(_: Visitor) -> bool:
    return True


def _known(visitor: Visitor) -> bool:
    return visitor.is_known


def _works(visitor: Visitor) -> bool:
    return visitor.has(Role.OWNER, Role.ENGINEER, Role.VIEWER)


def _certifies(visitor: Visitor) -> bool:
    return visitor.is_of("certification-body", "regulator", "enterprise", "supplier")


def _oversees(visitor: Visitor) -> bool:
    return visitor.is_of("regulator", "local-authority") or visitor.has(SystemRole.ADMINISTRATOR, SystemRole.AUDITOR)


def _looks_back(visitor: Visitor) -> bool:
    return visitor.has(SystemRole.ADMINISTRATOR, SystemRole.AUDITOR, Role.OWNER)


SECTIONS = (
    Section("work", (Item("home", "/", _known), Item("products", "/studies", _works))),
    Section(
        "data",
        (
            Item("databases", "/databases", _known),
            Item("factors", "/factors", _known),
            Item("rules", "/rules", _known),
            Item("suppliers", "/suppliers", _works),
            Item("received", "/received-footprints", _works),
            Item("pact", "/exchange/pact", _works),
            Item("duties", "/duties", _works),
        ),
    ),
    Section("certification", (Item("cases", "/cases", _certifies), Item("bodies", "/bodies", _known))),
    Section(
        "oversight",
        (
            Item("classes", "/classes", _oversees),
            Item("previews", "/previews", _oversees),
            Item("tasks", "/tasks", _anybody),
            Item("audit", "/audit", _looks_back),
        ),
    ),
    Section(
        "public",
        (
            Item("register", "/register", _anybody),
            Item("verify", "/verify", _anybody),
            Item("statistics", "/statistics", _anybody),
            Item("disclosures", "/disclosures", _anybody),
            Item("open_data", "/open-data", _anybody),
            Item("log", "/transparency", _anybody),
            Item("api", "/api", _anybody),
        ),
    ),
    Section(
        "account",
        (
            Item("jobs", "/jobs", _known),
            Item("organisations", "/organisations", _known),
            Item("me", "/me", _known),
        ),
    ),
)


def menu(visitor: Visitor) -> Iterator[tuple[str, list[tuple[Item, bool]]]]:
    """The sections that a visitor is shown, with their entries, and whether one is where the visitor is."""
    here = visitor.request.url.path.removeprefix(visitor.root)
    for section in SECTIONS:
        shown = [
            (item, here == item.path if item.path == "/" else here == item.path or here.startswith(f"{item.path}/"))
            for item in section.items
            if item.shown(visitor)
        ]
        if shown:
            yield section.key, shown

"""The language and the light in which a visitor sees the pages; kept in cookies, for strangers too."""

from __future__ import annotations

from typing import Literal

from fastapi import Response

from tanheng.api.languages import COOKIE as LANGUAGE
from tanheng.web.routing import pages, to, within
from tanheng.web.visitors import THEME, Visitor, VisitorNeed

router = pages()
YEAR = 365 * 24 * 3600


@router.get("/language")
def choose_language(visitor: VisitorNeed, choice: Literal["zh", "en"], back: str = "/") -> Response:
    """Read on in a language."""
    response = _back(visitor, back)
    keep_language(visitor, response, choice)
    return response


@router.get("/theme")
def choose_theme(visitor: VisitorNeed, choice: Literal["auto", "light", "dark"], back: str = "/") -> Response:
    """Read on with light or dark pages."""
    response = _back(visitor, back)
    _keep(visitor, response, THEME, choice)
    return response


def keep_language(visitor: Visitor, response: Response, choice: str) -> None:
    """Let a browser remember the language."""
    _keep(visitor, response, LANGUAGE, choice)


def _back(visitor: Visitor, back: str) -> Response:
    return to(visitor, within(back).removeprefix(visitor.root) or "/")


def _keep(visitor: Visitor, response: Response, name: str, value: str) -> None:
    is_secure = visitor.platform.configuration.public_url.startswith("https://")
    response.set_cookie(name, value, max_age=YEAR, samesite="lax", secure=is_secure, path=visitor.root or "/")

"""Pages for strangers, rendered here and without a script: what a telephone shows that read a label."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from tanheng.texts import text

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}
"""A page asks for nothing else, runs nothing, and tells nobody where its reader came from."""


def rendered(page: str, lang: str, **values: Any) -> str:
    """A page in a language."""

    def words(key: str, **params: Any) -> str:
        return text("certificate", key, lang, **params)

    return _environment().get_template(page).render(lang=lang, words=words, **values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _source(name: str) -> str:
    return files("tanheng.api.pages").joinpath(name).read_text(encoding="utf-8")

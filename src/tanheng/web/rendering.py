"""Pages from templates: words of their area in the reader's language, numbers and days as that language writes them.

A template in ``templates/<area>/`` has the words of ``data/texts/web/<area>.yaml``: ``words("title")``. What all areas share
stands in ``web/frame.yaml``: ``common("save")``. What a template is given is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import orjson
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FunctionLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from tanheng.reporting import lettering, numbers
from tanheng.reporting.words import place_name
from tanheng.texts import catalogue, counted, text
from tanheng.version import __version__
from tanheng.web import statics
from tanheng.web.navigation import menu
from tanheng.web.visitors import Visitor

FRAME = "web/frame"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Accept-Language, Cookie",
}
"""No script in a page, nothing from elsewhere, in nobody's frame. Attributes of style are the charts' and grids'."""
STILL = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
"""Of pages that run no script at all."""


def page(
    visitor: Visitor,
    template: str,
    /,
    status: int = 200,
    cache_for: int = 0,
    further: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page for a visitor.

    Args:
        cache_for: seconds that anybody may keep it; 0 where it is the visitor's own. further: headers, in the place of the usual.
    """
    keeping = f"public, max-age={cache_for}" if cache_for and not visitor.is_known else "private, no-store"
    headers = {**HEADERS, "Cache-Control": keeping, "Content-Language": "zh-CN" if visitor.lang == "zh" else "en"}
    headers |= further or {}
    return HTMLResponse(rendered(visitor, template, **values), status, headers)


def rendered(visitor: Visitor, template: str, /, **values: Any) -> str:
    """The text of a page, or of a part of one."""
    given = {
        "visitor": visitor,
        "lang": visitor.lang,
        "menu": menu,
        "said": _said(visitor.lang),
        "release": __version__,
    }
    return environment().get_template(template).render(given, **values)


_FOR_SCRIPTS = ("close", "saved", "copied", "failed", "offline", "offline_do", "go_on", "cancel", "filter", "export")
"""Words of the frame that scripts say, beside those of the states of jobs."""


@cache
def _said(lang: str) -> dict[str, str]:
    jobs = (key for key in catalogue(FRAME) if key.startswith("job."))
    return {key: text(FRAME, key, lang) for key in (*_FOR_SCRIPTS, *jobs)}


@cache
def environment() -> Environment:
    """Templates, and what they can call."""
    made = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(words=_words, common=_common, term=_term, static=statics.address, address=_address, has=_has)
    made.filters.update(
        named=_named,
        day=_day,
        place=_place,
        moment=_moment,
        amount=numbers.plain,
        figure=numbers.significant,
        percent=numbers.percent,
        unit=lettering.pretty,
        json=_json,
        segment=_segment,
    )
    return made


def _source(name: str) -> str:
    return files("tanheng.web").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def topic_of(template: str) -> str:
    """The catalogue of a template's words: that of its folder."""
    return f"web/{template.split('/')[0]}"


@pass_context
def _words(context: Context, key: str, /, count: float | None = None, **params: Any) -> str:
    topic, lang = topic_of(context.name or ""), context["lang"]
    return (
        text(topic, key, lang, **params) if count is None else counted(topic, key, count, lang, count=count, **params)
    )


@pass_context
def _common(context: Context, key: str, /, **params: Any) -> str:
    return text(FRAME, key, context["lang"], **params)


@pass_context
def _has(context: Context, key: str, /) -> bool:
    """Whether the area has such a word, where what is told is one of many."""
    return key in catalogue(topic_of(context.name or ""))


@pass_context
def _term(context: Context, key: str, /, topic: str = "terms", **params: Any) -> str:
    """A word of the field, from another catalogue."""
    return text(topic, key, context["lang"], **params)


@pass_context
def _address(context: Context, path: str, /, **query: Any) -> str:
    """As :meth:`.Visitor.address`."""
    visitor: Visitor = context["visitor"]
    return visitor.address(path, **query)


@pass_context
def _named(context: Context, names: Mapping[str, str | None] | None, /) -> str:
    """The name in the reader's language, else in the other."""
    lang = context["lang"]
    return (names or {}).get(lang) or next((one for one in (names or {}).values() if one), "")


@pass_context
def _place(context: Context, code: str | None, /) -> str:
    """The name of a place with its code."""
    return place_name(code, context["lang"]) if code else numbers.NOTHING


@pass_context
def _day(context: Context, value: date | datetime | str | None, /) -> str:
    """A day as the reader writes it."""
    if not value:
        return numbers.NOTHING
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if context["lang"] == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"


@pass_context
def _moment(context: Context, value: datetime | None, /) -> Markup | str:
    """A moment; the browser tells it in the time of the reader."""
    if value is None:
        return numbers.NOTHING
    return Markup('<time datetime="{}" data-moment>{} UTC</time>').format(
        f"{value:%Y-%m-%dT%H:%M:%SZ}", f"{_day(context, value)} {value:%H:%M}"
    )


def _json(value: Any) -> Markup:
    """Data for a script, in an element that is not run: nothing in it can end the element."""
    told = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return Markup(told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - see above


def _segment(value: object) -> str:
    """A part of a path."""
    return quote(str(value), safe="")

"""In which language a request is answered: ``?lang=``, what was chosen here before, ``Accept-Language``, or else English."""

from __future__ import annotations

from typing import Literal

from fastapi import Request

COOKIE = "tanheng_lang"


def language_of(request: Request) -> Literal["zh", "en"]:
    """``zh`` or ``en``.

    The first of the two languages that the reader named counts, weights apart: who names Chinese reads it.
    """
    asked = request.query_params.get("lang", "") or request.cookies.get(COOKIE, "")
    for part in (asked or request.headers.get("accept-language", "")).lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "en"

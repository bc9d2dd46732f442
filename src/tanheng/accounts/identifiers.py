"""Numbers by which others know organisations and places, and what is wrong with one."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[a-z][a-z0-9-]{0,31}")
LONGEST = 64


def is_gln(text: str) -> bool:
    """Whether a text is a Global Location Number: 13 digits, the last one a check digit.

    Source: GS1 General Specifications, release 24, section 7.9.1 (standard check digit calculation).

    >>> is_gln("4006381333931"), is_gln("4006381333930")
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{13}", text):
        return False
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text[:12]))
    return (10 - weighed % 10) % 10 == int(text[12])


def is_identifier(scheme: str, value: str) -> bool:
    """Whether a value may stand under a scheme (``gln``, ``permit`` …); what is known to have a check digit must fit it."""
    if not _SCHEME.fullmatch(scheme) or not value.strip() or not value.isprintable() or len(value) > LONGEST:
        return False
    return is_gln(value) if scheme == "gln" else True

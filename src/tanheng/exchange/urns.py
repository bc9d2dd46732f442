"""Codes of products as URNs (RFC 8141), and back.

``urn:pact:productclassification:un-cpc:`` is how PACT names the classes of the UN Central Product Classification (PACT technical
specifications, data model 3.0, ``productClassifications``); other schemes stand in the place of a namespace.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

_CPC = "urn:pact:productclassification:un-cpc:"


def urn_of(scheme: str, code: str) -> str:
    """The URN of a code; blanks that only group its digits fall away.

    >>> urn_of("cn", "2523 29 00")
    'urn:cn:25232900'
    """
    plain = quote(code.replace(" ", ""), safe=".-:;,()/")
    return _CPC + plain if scheme == "cpc" else f"urn:{scheme}:{plain}"


def code_of(urn: str) -> tuple[str, str] | None:
    """Scheme and code of a URN; ``None`` where it is none.

    >>> code_of("urn:pact:productclassification:un-cpc:37440")
    ('cpc', '37440')
    """
    if urn.startswith(_CPC):
        return "cpc", unquote(urn.removeprefix(_CPC))
    head, _, rest = urn.partition(":")
    scheme, _, code = rest.rpartition(":")
    return (scheme, unquote(code)) if head.lower() == "urn" and scheme and code else None

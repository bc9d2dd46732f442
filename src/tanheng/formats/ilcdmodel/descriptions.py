"""What the short description of a flow says of it: the factors of a method often come without the flows themselves.

The EF and ILCD reference methods write ``methane (fossil) (Mass, kg, Emissions to air, unspecified)``: name, reference
property, unit and compartment. Others write the compartment alone in the brackets, or behind a dash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tanheng.quantities import find_unit

_COMPARTMENT = re.compile(
    r"(?:emissions? to|(?:[\w-]+ )*resources? from|land (?:use|occupation|transformation)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Description:
    """Name, compartment and unit of a flow; the last two are empty where they are not said."""

    name: str
    compartment: str = ""
    unit: str = ""


def described_flow(written: str) -> Description:
    """Take a short description apart; what has no known form is a name.

    >>> described_flow("methane (fossil) (Mass, kg, Emissions to air, unspecified (long-term))")
    Description(name='methane (fossil)', compartment='Emissions to air, unspecified (long-term)', unit='kg')
    """
    plain = " ".join(written.split())
    opened = _last_bracket(plain)
    if opened > 0:
        name, inner = plain[:opened].rstrip(), plain[opened + 1 : -1].strip()
        parts = [part.strip() for part in inner.split(",", 2)]
        if len(parts) == 3 and (find_unit(parts[1]) or _COMPARTMENT.match(parts[2])):
            return Description(name, parts[2], parts[1])
        if _COMPARTMENT.match(inner):
            return Description(name, inner)
    name, dash, tail = plain.rpartition(" - ")
    if dash and name and _COMPARTMENT.match(tail):
        return Description(name, tail)
    return Description(plain)


def _last_bracket(text: str) -> int:
    """Where the bracket opens that the text's last character closes; −1 where there is none."""
    if not text.endswith(")"):
        return -1
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            return at
    return -1

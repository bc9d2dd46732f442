"""Words that the parts of the factor register share."""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    """Who may use the releases of a collection besides its organisation."""

    PRIVATE = "private"
    SHARED = "shared"  # the organisations that are named
    PUBLIC = "public"  # everybody

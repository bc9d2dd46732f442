"""Shapes that many routes share."""

from __future__ import annotations

import math
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

T = TypeVar("T")
#: a set, told in an order that is the same for each answer (of an unchanged thing, the same ETag)
Ordered = Annotated[list[T], BeforeValidator(sorted)]


class Sent(BaseModel):
    """Base of what is sent to us: unknown fields are refused, so that a slip of the pen is no silent loss."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, sent: Any) -> Any:
        """PostgreSQL keeps no NUL, neither as text nor in JSON."""
        if _has_nul(sent):
            raise ValueError("a text holds the character NUL")
        return sent


def _has_nul(sent: Any) -> bool:
    if isinstance(sent, str):
        return "\0" in sent
    if isinstance(sent, dict):
        return any(_has_nul(part) for pair in sent.items() for part in pair)
    return isinstance(sent, list) and any(map(_has_nul, sent))


class Told(BaseModel):
    """Base of what we send: made of the values of the use cases."""

    model_config = ConfigDict(from_attributes=True)


class Names(BaseModel):
    """A name in Chinese, English, or both."""

    model_config = ConfigDict(extra="forbid")

    zh: str | None = Field(default=None, max_length=500)
    en: str | None = Field(default=None, max_length=500)


class PageModel(Told, Generic[T]):
    """Some of a list; “next” is the cursor of the page after, empty at the end."""

    items: list[T]
    next: str = ""


First = Annotated[int, Query(ge=0, le=2**31 - 1, description="“next” of the page before.")]
"""Where a page begins, in lists that are counted."""


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None


Number = Annotated[float | None, BeforeValidator(_finite)]
"""A number; null where there is none, as where it is not finite."""

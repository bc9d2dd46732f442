"""Checks in words, in both languages."""

from __future__ import annotations

from tanheng.exchange.credentials.checks import Check, Outcome
from tanheng.texts import catalogue, text

_TOPIC = "verifying"


def name_of(check: Check, lang: str) -> str:
    """What was checked."""
    exact = f"check.{check.name}-{check.params.get('purpose', '')}"
    return text(_TOPIC, exact if exact in catalogue(_TOPIC) else f"check.{check.name}", lang)


def reason_of(check: Check, lang: str) -> str:
    """Why it failed or was not made, or what is to be known of it though it passed; empty where nothing is."""
    known = f"reason.{check.reason}"
    return text(_TOPIC, known, lang, **check.params) if known in catalogue(_TOPIC) else check.reason


def sentence(check: Check, lang: str) -> str:
    """Both."""
    why = reason_of(check, lang)
    between = "：" if lang == "zh" else ": "
    return name_of(check, lang) + (f"{between}{why}" if why else "")


def outcome_of(outcome: Outcome, lang: str, *, is_whole: bool = False) -> str:
    """How a check came out, or all together."""
    return text(_TOPIC, f"{'verdict' if is_whole else 'outcome'}.{outcome.value}", lang)

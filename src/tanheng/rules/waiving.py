"""Waivers: findings that a person answers for stay visible with the reason; a waiver that meets nothing is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tanheng.rules.model import Finding

Document = Mapping[str, Any]


def waived(findings: Iterable[Finding], waivers: Sequence[Document]) -> tuple[Finding, ...]:
    """The findings, each with the first waiver that names its code and its path (or no path).

    Args:
        waivers: as in the study's document: ``code``, ``path``, ``reason``, ``person``, ``day``.
    """
    if not waivers:
        return tuple(findings)
    return tuple(_answered(finding, waivers) for finding in findings)


def waiver_items(findings: Sequence[Finding], waivers: Sequence[Document]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every waiver with whether it ``matched`` a finding, and the severity of that."""
    for index, waiver in enumerate(waivers):
        met = [finding for finding in findings if matches(waiver, finding)]
        item = {
            "code": waiver["code"],
            "path": waiver.get("path", ""),
            "reason": dict(waiver["reason"]),
            "person": waiver["person"],
            "day": waiver.get("day", ""),
            "matched": bool(met),
            "severity": met[0].check.severity.value if met else "",
        }
        yield f"waivers[{index}]", {}, item


def matches(waiver: Document, finding: Finding) -> bool:
    """Whether a waiver is about a finding."""
    path = waiver.get("path", "")
    return bool(waiver["code"] == finding.check.code and path in ("", finding.path))


def _answered(finding: Finding, waivers: Sequence[Document]) -> Finding:
    waiver = next((one for one in waivers if matches(one, finding)), None)
    if waiver is None:
        return finding
    told = {"reason": dict(waiver["reason"]), "person": waiver["person"], "day": waiver.get("day", "")}
    return replace(finding, waiver=told)

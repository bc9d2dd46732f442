"""Running the checks of a rule pack and a regime over a study and its result.

Checks of lines and parts run item by item: an item goes to the evaluator once, and all checks of its scope look at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from tanheng.rules.asking import asking
from tanheng.rules.expressions import context_of, evaluate, failed, figure, program
from tanheng.rules.facts import facts
from tanheng.rules.items import Lines, Row, plain, rows_of, view_of
from tanheng.rules.model import Check, Finding, Regime, RulePack, Scope
from tanheng.rules.processes import process_items
from tanheng.rules.waiving import waived, waiver_items

MOST = 1000
"""Findings of one check that are listed one by one; a last one says how many more there are."""

Document = Mapping[str, Any]

_DECIMAL = re.compile(r"(?<![\w.])-?\d+\.\d+(?:e[-+]?\d+)?(?![\w.])")
SIGNIFICANT_DIGITS = 9
"""Of a number within a quoted text: those of a digest (C03)."""


def check(pack: RulePack, study: Document, result: Document, regime: Regime | None = None) -> tuple[Finding, ...]:
    """The findings of ``pack`` and then of ``regime``, in their order; a code that both have is the pack's.

    Args:
        study: the study's plain document.
        result: the assessment's plain document; its findings and digest are not looked at.
        regime: the regime that the result was made under; its method is what cut-off limits and allocation order come from.

    Raises:
        RuleError: TH-RUL-005 where an expression fails, with code and reason; a check never fails silently.
    """
    chosen = regime.under(pack) if regime is not None else None
    checks = all_checks(pack, chosen)
    shared = shared_context(pack, study, result, chosen)
    run = partial(_run, asked=asking(result))
    lines = Lines(study, result)
    found: dict[str, list[Finding]] = {}
    for scope in dict.fromkeys(one.scope for one in checks):
        members = [one for one in checks if one.scope is scope]
        if scope is Scope.STUDY:
            found.update(run(members, (("", {}, {}),), {**shared, "study": study, "result": result}))
        elif scope is Scope.PROCESSES:
            found.update(run(members, process_items(pack, lines), shared))
        elif scope is not Scope.WAIVERS:
            rows = rows_of(scope, lines, result, view_of(members))
            found.update(run(members, rows, shared))
    listed = tuple(finding for one in checks for finding in found.get(one.code, ()))
    listed = waived(listed, study.get("waivers", ()))
    late = [one for one in checks if one.scope is Scope.WAIVERS]
    answers = run(late, waiver_items(listed, study.get("waivers", ())), shared)
    return (*listed, *(finding for one in late for finding in answers.get(one.code, ())))


def all_checks(pack: RulePack, regime: Regime | None) -> tuple[Check, ...]:
    """The checks of a pack, then those of a regime; each code once."""
    own = {one.code for one in pack.checks}
    return (*pack.checks, *(one for one in (regime.checks if regime else ()) if one.code not in own))


def shared_context(pack: RulePack, study: Document, result: Document, regime: Regime | None) -> dict[str, Any]:
    """What every check sees: ``facts``, ``limits``, ``pack`` and ``regime``."""
    method = asdict(regime.method) if regime is not None else dict(pack.method)
    # The method that the result was made with says the limits of cut-offs; a pack's own only stand in.
    cut_offs = {key: method[key] for key in ("cut_off_single", "cut_off_total") if method.get(key) is not None}
    told = {
        "id": pack.id,
        "version": pack.version,
        "status": pack.status.value,
        "superseded_by": pack.superseded_by,
        "valid_from": pack.valid_from,
        "valid_until": pack.valid_until,
        "units": list(pack.units),
        "unit_kind": pack.unit_kind,
        "boundaries": list(pack.boundaries),
        "stages": list(pack.stages),
        "scope": pack.scope,
        "report_fields": list(pack.report_fields),
        "label_unit": pack.label_unit,
        "band": asdict(pack.band) if pack.band else None,
        "method": method,
    }
    chosen = {
        "id": regime.id if regime else "",
        "stages": list(regime.stages) if regime else [],
        "required": list(regime.required) if regime else [],
        "lists": regime.lists if regime else {},
        "valid_from": regime.valid_from if regime else "",
        "valid_until": regime.valid_until if regime else "",
    }
    return {
        "facts": facts(pack, study, result, regime),
        "limits": {**pack.limits, **cut_offs},
        "pack": told,
        "regime": chosen,
    }


def _run(
    checks: Sequence[Check],
    rows: Iterable[Row],
    shared: Mapping[str, Any],
    asked: Mapping[str, Callable[..., Any]],
) -> dict[str, list[Finding]]:
    """The findings of checks of one scope, by code.

    The evaluator copies its context at each run, so the conditions of all checks go to it as one list, with the smallest
    context that they need: one run an item.
    """
    if not checks:
        return {}
    context = context_of({name: plain(value, view_of(checks, name)) for name, value in shared.items()}, asked)
    together = program("[" + ", ".join(f"({_checked(one).when})" for one in checks) + "]").execute
    found: dict[str, list[Finding]] = {one.code: [] for one in checks}
    told: set[tuple[str, ...]] = set()
    more: dict[str, int] = {}
    for path, names, item in rows:
        context.add_variable("item", item)
        for one, hit in zip(checks, _hits(together, checks, context), strict=True):
            if not hit:
                continue
            listed = found[one.code]
            if len(listed) < MOST:
                finding = Finding(one, path, _text(evaluate(one.quote, context, one.code)), names)
                said = (one.code, path, finding.quote, *names.values())
                if path and said in told:
                    continue  # two parts of a line may call for one sentence
                told.add(said)
                listed.append(finding)
            else:
                more[one.code] = more.get(one.code, 0) + 1
    for code, count in more.items():
        found[code].append(replace(found[code][-1], path="", quote=f"… + {count}", names={"en": "…", "zh": "…"}))
    return found


def _hits(together: Callable[[Any], Sequence[bool]], checks: Sequence[Check], context: Any) -> Sequence[bool]:
    try:
        return together(context)
    except Exception:  # one of them fails: say which
        return [evaluate(one.when, context, one.code) for one in checks]


def _checked(one: Check) -> Check:
    """The check, when both its expressions compile by themselves."""
    for expression in (one.when, one.quote):
        try:
            program(expression)
        except ValueError as error:
            raise failed(expression, one.code, error) from error
    return one


def _text(value: Any) -> str:
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, list):
        return ", ".join(_text(v) for v in value)
    return "" if value is None else _DECIMAL.sub(_rounded, str(value))


def _rounded(number: re.Match[str]) -> str:
    """A number that an expression has made a text: at the digits of a digest, so that its last bits do not move it (C03)."""
    digits = number[0].lstrip("-0.").partition("e")[0].replace(".", "")
    return number[0] if len(digits) <= SIGNIFICANT_DIGITS else f"{float(number[0]):.{SIGNIFICANT_DIGITS}g}"

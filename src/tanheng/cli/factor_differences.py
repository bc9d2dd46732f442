"""``tanheng factors diff``: two sets of factors, and what the new one does to frozen assessments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.effects import effect_documents, show_effects
from tanheng.cli.options import AssessmentsOption, JsonOption, LangOption, console, language, print_json

if TYPE_CHECKING:
    from tanheng.factors import Factor, Release
    from tanheng.factors.differing import FactorChange, FactorDifference

EMBEDDED = "embedded"
SHOWN = 30
"""Factors of a kind on a screen; ``--json`` has all."""


def diff(
    old: Annotated[
        str, typer.Argument(help="Old factors 旧因子: a table (CSV, Excel), a folder of them, or “embedded”.")
    ],
    new: Annotated[
        str, typer.Argument(help="New factors 新因子: a table (CSV, Excel), a folder of them, or “embedded”.")
    ],
    assessment: AssessmentsOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Factors that come, go, or change their value or source; and what that does to frozen assessments, line by line."""
    from tanheng.factors.differing import differences
    from tanheng.footprint import read_assessment
    from tanheng.footprint.revaluing import factor_effect

    chosen = language(lang)
    found = differences(_release(old), _release(new))
    effects = [factor_effect(read_assessment(path), found.old, found.new) for path in assessment or ()]
    if as_json:
        print_json({**_document(found), "assessments": effect_documents(effects)})
        return
    _show(found, chosen)
    show_effects(effects, chosen)


def _release(reference: str) -> Release:
    from tanheng.factors import embedded, read_release

    return embedded() if reference == EMBEDDED else read_release(Path(reference))


def _document(found: FactorDifference) -> dict[str, Any]:
    return {
        "old": _side(found.old),
        "new": _side(found.new),
        "same": found.same,
        "added": [_factor(factor) for factor in found.added],
        "removed": [_factor(factor) for factor in found.removed],
        "changed": [
            {
                "id": change.before.id,
                "names": dict(change.after.names),
                "what": list(change.what),
                "before": change.values[0],
                "after": change.values[1],
                "unit": f"kg CO2e/{change.before.per}",
                "relative": change.relative,
                "fields": [{"name": f.name, "before": f.before, "after": f.after} for f in change.fields],
            }
            for change in found.changed
        ],
    }


def _side(release: Release) -> dict[str, Any]:
    told = {"name": release.name, "version": release.version, "digest": release.digest}
    return {**told, "factors": len(release.factors)}


def _factor(factor: Factor) -> dict[str, Any]:
    from tanheng.factors import per_unit

    return {"id": factor.id, "names": dict(factor.names), "value": per_unit(factor), "unit": f"kg CO2e/{factor.per}"}


def _show(found: FactorDifference, lang: str) -> None:
    from rich.text import Text

    from tanheng.cli.figures import number, pick

    screen = console()

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    sides = (f"{r.name}@{r.version} {r.digest[:19]}" for r in (found.old, found.new))
    screen.print(Text(" → ".join(sides), style="bold"))
    counts = {"added": len(found.added), "removed": len(found.removed), "changed": len(found.changed)}
    screen.print(Text(f"  {t('factors_counted', **counts, same=found.same)}"))
    for key, factors in (("factors_added", found.added), ("factors_removed", found.removed)):
        for factor in factors[:SHOWN]:
            row = _factor(factor)
            line = f"{row['id']}  {number(row['value'])} {row['unit']}  {pick(row['names'], lang)}"
            screen.print(Text(f"  {t(key)}  {line}", style="green" if key == "factors_added" else "red"))
    for change in found.changed[:SHOWN]:
        screen.print(_line(change, t))
        for field in change.fields:
            if field.name != "names":
                screen.print(Text(f"      {field.name}: {field.before or '–'} → {field.after or '–'}", style="dim"))
    groups = (found.added, found.removed, found.changed)
    if more := sum(max(0, len(group) - SHOWN) for group in groups):
        screen.print(Text(f"  {t('factors_more', count=more)}", style="dim"))


def _line(change: FactorChange, t: Any) -> Any:
    from rich.text import Text

    from tanheng.cli.figures import number, percent

    before, after = change.values
    told = number(before) if after == before else f"{number(before)} → {'–' if after is None else number(after)}"
    share = f"  ({percent(change.relative, 1)})" if change.relative else ""
    what = ", ".join(t(f"factors_what_{name}") for name in change.what)
    return Text(f"  {t('factors_changed')}  {change.before.id}  {told} kg CO2e/{change.before.per}{share}  {what}")

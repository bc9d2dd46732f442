"""``tanheng factors``: look into the factors that ship with the product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng.cli import factor_differences, factor_tables
from tanheng.cli.options import JsonOption, LangOption, console, language, print_json

if TYPE_CHECKING:
    from tanheng.factors import Factor

app = typer.Typer(help="Factors 因子.", no_args_is_help=True, rich_markup_mode=None)
app.command("diff")(factor_differences.diff)
app.command("template")(factor_tables.template)
app.command("check")(factor_tables.check)


def _document(factor: Factor) -> dict[str, Any]:
    from tanheng.factors import per_unit

    return {
        "id": factor.id,
        "kind": factor.kind.value,
        "names": dict(factor.names),
        "value": per_unit(factor),
        "unit": f"kg CO2{'' if factor.kind.value == 'generation-co2' else 'e'}/{factor.per}",
        "gases": [[gas, origin.value, mass] for (gas, origin), mass in factor.amounts.items()],
        "year": factor.year,
        "geography": factor.geography,
        "boundary": factor.boundary,
        "quality": factor.quality.scores,
        "gsd2": factor.gsd2,
        "source": {
            "title": factor.source.title,
            "number": factor.source.number,
            "date": factor.source.date,
            "url": factor.source.url,
            "licence": factor.source.licence,
        },
        "note": factor.note,
    }


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="Words in Chinese or English 关键词.")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Factors whose id, names or category hold all words; newest first."""
    from tanheng.factors import embedded
    from tanheng.factors import search as find

    rows = [_document(f) for f in find(embedded(), words, limit=limit)]
    if as_json:
        print_json(rows)
        return
    from tanheng.cli.figures import number, pick

    spoken = language(lang)
    for row in rows:
        value = f"{number(row['value']):>10} {row['unit']:<16} {row['kind']:<15}"
        line = f"{row['id']:<48} {value} {row['geography']} {row['year']}  {pick(row['names'], spoken)}"
        console().print(line, markup=False, soft_wrap=True)


@app.command()
def show(
    factor_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the factor 因子标识.")],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """One factor with its source."""
    from tanheng.factors import embedded, get

    found = _document(get(embedded(), factor_id))
    if as_json:
        print_json(found)
        return
    from tanheng.cli.figures import number, pick

    spoken = language(lang)
    out = console()
    out.print(f"{pick(found['names'], spoken)}  {number(found['value'])} {found['unit']}", markup=False)
    for key in ("id", "kind", "year", "geography", "boundary", "quality", "note"):
        out.print(f"  {key:<10} {found[key]}", markup=False, soft_wrap=True)
    out.print(f"  {'source':<10} {' · '.join(v for v in found['source'].values() if v)}", markup=False, soft_wrap=True)

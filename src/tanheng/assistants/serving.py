"""The server: tools over a desk, with what each does to the world told beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from tanheng.assistants.desk import Desk, Told, told, within
from tanheng.assistants.here import Here
from tanheng.errors import TanhengError
from tanheng.exchange.credentials.telling import sentence
from tanheng.exchange.watching import codes_of
from tanheng.services.strangers.checking import check
from tanheng.version import __version__

INSTRUCTIONS = (
    "Product carbon footprints (GB/T 24067, ISO 14067). Every number comes from the tools; never estimate one. "
    "A result that is not complete is a lower bound and has to be called so. Tell the unit, the boundary and the regime "
    "beside a number. explain_number gives the arithmetic and the source behind it. "
    "碳足迹数值只来自工具，不得估算；结果不完整时须说明仅为下限。"
)
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_ASKS = ToolAnnotations(read_only_hint=True, open_world_hint=True)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
MOST = 50
"""Factors of one search."""


def server(desk: Desk, *, folder: Path, lang: str, writes: bool) -> MCPServer:
    """The server.

    Args:
        folder: files that labels and credentials are read of. writes: whether tools that write are there at all.
    """
    made = MCPServer(
        "tanheng", title="Tanheng 碳衡", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )

    def asked(work: Callable[..., Told], *given: Any) -> Told:
        try:
            return work(*given)
        except TanhengError as error:
            raise ToolError(told(error, lang)) from error
        except OSError as error:
            raise ToolError(error.strerror or type(error).__name__) from error

    @made.tool(annotations=_READS)
    def search_factors(words: str, limit: int = 10) -> Told:
        """Find footprint factors by Chinese or English words; each with its value, unit, place, year and source."""
        return asked(desk.search_factors, words, max(1, min(limit, MOST)))

    @made.tool(annotations=_READS)
    def list_studies() -> Told:
        """Studies that can be opened."""
        return asked(desk.list_studies)

    @made.tool(annotations=_READS)
    def open_study(study: str) -> Told:
        """A study: product, declared unit, boundary, period and the lines with what they link to."""
        return asked(desk.open_study, study)

    @made.tool(annotations=_READS)
    def explain_number(result: str, of: str = "total") -> Told:
        """The arithmetic behind a number of a result.

        of: total, stages.production, lines[3], lines[3].parts[0].factor and so on.
        """
        return asked(desk.explain, result, of)

    @made.tool(annotations=_READS)
    def duties(codes: list[str] | None = None, result: str = "", market: str = "", day: str = "") -> Told:
        """What a product owes by law in a market on a day, with the law and, of a result, what is missing.

        codes: hs=760110 or cn=76011000; or the result of assess, which has its own. market: EU, CN, GB; all by default.
        """
        return asked(_duties, desk, codes or [], result, market, day)

    @made.tool(annotations=_ASKS)
    def check_label(what: str) -> Told:
        """Verify a label, certificate or credential: a file of the folder, an https address, or the text of a code."""
        return asked(_checked, what, folder, lang)

    if isinstance(desk, Here):
        made.tool(annotations=_READS)(_assessing(desk, asked))
        if writes:
            made.tool(annotations=_WRITES)(_saving(desk, asked))
    elif writes:
        made.tool(annotations=_WRITES)(_assessing(desk, asked))
    return made


def _assessing(desk: Desk, asked: Callable[..., Told]) -> Callable[..., Told]:
    def assess(study: str, regime: str = "") -> Told:
        """The footprint of a study, under its own regime or another, such as gbt24067, iso14067, pact3, cbam."""
        return asked(desk.assess, study, regime)

    return assess


def _saving(desk: Here, asked: Callable[..., Told]) -> Callable[..., Told]:
    def save_result(result: str, file: str) -> Told:
        """Write a result that was assessed here into a new file (.json) of the folder; nothing is overwritten."""
        return asked(desk.save, result, file)

    return save_result


def _duties(desk: Desk, codes: list[str], result: str, market: str, day: str) -> Told:
    try:
        when = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise ToolError(f"day: {day[:20]} → 2027-01-01") from error
    note = "A duty that is not listed is not therefore absent. 未列出的义务不等于不存在。"
    return {**desk.duties(codes_of(codes), result, market, when), "note": note}


def _checked(what: str, folder: Path, lang: str) -> Told:
    """A file only of the folder; addresses and codes as they are."""
    is_text = what.startswith(("https://", "http://"))
    found = check(what if is_text else str(within(folder, what)))
    return {
        "outcome": found.verified.outcome.value,
        "facts": {name: str(value) for name, value in found.verified.facts.items()},
        "checks": [{"outcome": one.outcome.value, "text": sentence(one, lang)} for one in found.verified.checks],
        "fetched": list(found.fetched),
        "problems": [fault.line(lang) for fault in found.problems],
    }

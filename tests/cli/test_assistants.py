"""``tanheng mcp``: the real process, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from declaration_samples import FILES, assessed
from tanheng.footprint import read_assessment

pytest.importorskip("mcp", reason="the extra mcp is not installed")
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

SOURCE = Path(__file__).resolve().parents[2] / "src"
READS = {"search_factors", "list_studies", "open_study", "explain_number", "check_label", "duties", "assess"}


@pytest.fixture
def folder(tmp_path):
    """A folder with a study, and a file outside of it."""
    made = tmp_path / "studies"
    made.mkdir()
    shutil.copy(FILES["aluminium"], made / "aluminium.yaml")
    shutil.copy(FILES["aluminium"], tmp_path / "outside.yaml")
    return made


@asynccontextmanager
async def asked(folder, *words):
    """A client of a server that works on a folder."""
    env = {**os.environ, "TANHENG_HOME": str(folder.parent / "home"), "PYTHONPATH": str(SOURCE), "TANHENG_LANG": "en"}
    args = ["-m", "tanheng.cli", "mcp", "--folder", str(folder), *words]
    async with Client(StdioServerParameters(command=sys.executable, args=args, env=env)) as client:
        yield client


async def told(client, tool, **given):
    """What a tool answers."""
    found = await client.call_tool(tool, given)
    assert not found.is_error, found.content
    return found.structured_content


async def refused(client, tool, **given):
    """Why a tool does not answer."""
    found = await client.call_tool(tool, given)
    assert found.is_error
    return found.content[0].text


def test_an_assistant_finds_opens_assesses_and_explains(folder):
    async def talk():
        async with asked(folder) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == READS
            assert all(tool.annotations.read_only_hint for tool in tools.values())
            assert (await told(client, "list_studies"))["studies"] == ["aluminium.yaml"]
            study = await told(client, "open_study", study="aluminium.yaml")
            assert (study["unit"]["unit"], study["lines_in_all"]) == ("t", len(assessed("aluminium").lines))
            factors = (await told(client, "search_factors", words="electricity footprint", limit=3))["factors"]
            assert len(factors) == 3
            assert all(one["link"].startswith("factor:") and one["source"] for one in factors)
            found = await told(client, "assess", study="aluminium.yaml")
            assert found["total"] == pytest.approx(assessed("aluminium").total)
            assert (found["complete"], found["digest"]) == (True, assessed("aluminium").digest)
            number = await told(client, "explain_number", result=found["result"], of=found["hot_spots"][0]["of"])
            assert number["value"] == pytest.approx(found["hot_spots"][0]["total"])
            assert number["formula"]

    anyio.run(talk)


def test_an_assistant_is_told_duties_of_codes_and_of_results(folder):
    async def talk():
        async with asked(folder) as client:
            given = {"market": "EU", "day": "2026-11-30"}
            found = await told(client, "duties", codes=["hs=850760"], **given)
            passport = next(one for one in found["duties"] if one["id"] == "eu-battery-passport")
            assert (found["day"], passport["first"], passport["missing"]) == ("2026-11-30", "2027-02-18", [])
            made = (await told(client, "assess", study="aluminium.yaml"))["result"]
            cbam = (await told(client, "duties", result=made, **given))["duties"][0]
            assert {one["id"] for one in cbam["missing"]} == {"cbam-regime", "installation", "verified"}
            assert cbam["law"]["url"].startswith("https://")
            assert "TH-EXC-903" in await refused(client, "duties", codes=["850760"])
            assert "TH-EXC-901" in await refused(client, "duties", market="XX")
            assert "2027-01-01" in await refused(client, "duties", day="soon")
            assert "TH-EXC-030" in await refused(client, "duties", result="../outside.yaml")

    anyio.run(talk)


def test_nothing_outside_of_the_folder_is_opened_and_nothing_is_written(folder):
    async def talk():
        async with asked(folder) as client:
            for name in ("../outside.yaml", str(folder.parent / "outside.yaml"), "none.yaml"):
                for tool, key in (
                    ("open_study", "study"),
                    ("assess", "study"),
                    ("explain_number", "result"),
                    ("check_label", "what"),
                ):
                    assert "TH-EXC-030" in await refused(client, tool, **{key: name}), (tool, name)
            assert "save_result" not in {tool.name for tool in (await client.list_tools()).tools}
            (folder / "broken.yaml").write_text("tanheng: study/1\n")
            assert "TH-STU" in await refused(client, "assess", study="broken.yaml")

    anyio.run(talk)
    assert sorted(path.name for path in folder.iterdir()) == ["aluminium.yaml", "broken.yaml"]


def test_a_result_is_written_where_that_was_allowed(folder):
    async def talk():
        async with asked(folder, "--write") as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert tools["save_result"].annotations.read_only_hint is False
            made = (await told(client, "assess", study="aluminium.yaml", regime="iso14067"))["result"]
            await told(client, "save_result", result=made, file="result.json")
            for name in ("result.json", "../out.json", "result.yaml"):
                assert "TH-EXC-031" in await refused(client, "save_result", result=made, file=name), name
            again = await told(client, "explain_number", result="result.json")
            assert again["value"] == pytest.approx(assessed("aluminium", "iso14067").total)

    anyio.run(talk)
    assert read_assessment(folder / "result.json").regime == "iso14067"


def test_wrong_usage_is_told_before_anything_is_served(tanheng):
    assert tanheng("mcp", "--folder", "none").code == 2
    assert "TH-API-023" in tanheng("mcp", "--url", "ftp://nowhere").err

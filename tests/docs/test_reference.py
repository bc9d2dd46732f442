"""Reference pages name everything that there is, and nothing that there is not."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest
import yaml

import tanheng as th
from tanheng.cli import main
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.portfolioresult import Database, Refused
from tanheng.footprint.reading.fields import fields, records
from tanheng.inventory.checkup.plausibility import MassBalance, OddSign, Outlier, UncountedGas
from tanheng.inventory.checkup.spreads import DistributionCounts, UnusableDistribution, WideDistribution
from tanheng.inventory.checkup.structure import AssumedSupplier, Duplicate, Item, LoopFound, SharedProcess
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.uncertainty.far import FarDistribution
from tanheng.portfolio_views import PortfolioView
from tanheng.reporting import ENDINGS
from tanheng.reporting.word import KEYS
from tanheng.rules.expressions import ASKING, BUILT_IN, FUNCTIONS
from tanheng.storage import Home
from tanheng.testing import database, process

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.docs
HIDDEN = {"--help"}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """The part below a heading, up to the next one of the same depth."""
    match = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert match, heading
    return match[1]


def commands() -> dict[str, object]:
    found = {}

    def walk(command, path):
        if not hasattr(command, "commands"):
            found[" ".join(path)] = command
            return
        for name, below in command.commands.items():
            walk(below, [*path, name])

    walk(main.command(), ["tanheng"])
    return found


@pytest.mark.parametrize("name", commands())
def test_cli_page_has_every_command_with_its_options(name):
    text = section(page("cli.md"), f"`{name}`")
    for param in commands()[name].params:
        if getattr(param, "hidden", False):
            continue
        if param.param_type_name == "option":
            for option in set(param.opts) - HIDDEN:
                assert f"`{option}`" in text, f"{name} {option}"
        else:
            assert f"`{param.name}`" in text, f"{name} {param.name}"
    assert re.search(rf"^{re.escape(name)} ?", text, re.MULTILINE), f"{name} has no example"


def test_cli_page_has_no_command_that_there_is_not():
    assert set(re.findall(r"^## `(.+)`$", page("cli.md"), re.MULTILINE)) == set(commands())


def test_cli_page_has_the_options_before_the_command():
    text = page("cli.md").partition("\n## ")[0]
    for param in main.command().params:
        assert any(f"`{option}`" in text for option in param.opts)


def test_python_page_has_every_public_name():
    text = page("python-api.md")
    for name in th.__all__:
        assert f"`th.{name}" in text, name
    mentioned = set(re.findall(r"\bth\.(\w+)", text))
    assert mentioned <= set(th.__all__)


KINDS = [th.Result, th.Background, th.ProductFootprint, PortfolioView]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_python_page_has_every_member(kind):
    text = page("python-api.md")
    members = {name for name in vars(kind) if not name.startswith("_")}
    held = set(re.findall(r"self\.(\w+) = ", inspect.getsource(kind.__init__)))
    for name in members | held:
        assert re.search(rf"`{name}[`(]", text), f"{kind.__name__}.{name}"


def keys_of(heading: str) -> set[str]:
    rows = re.findall(r"^\| (`.+?) \| ", section(page("json.md"), f"`{heading}`"), re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


@pytest.fixture
def answer(tmp_path, monkeypatch, capsys):
    """``answer("db", "list")`` → the JSON that a command prints, on a small database."""
    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "mini",
            process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
            process("Steel", "1 kg", takes={"Power": "2 kWh", "Ghost": "3 kg", "CUTOFF Dust": "1 kg"}),
        ),
        source="test",
    )
    monkeypatch.setenv("TANHENG_HOME", str(home.path))
    monkeypatch.chdir(tmp_path)

    def call(*words):
        import orjson

        options = () if words[:2] == ("rules", "new") else ("--json",)
        main.command()([*words, *options], standalone_mode=False)
        out = capsys.readouterr().out
        return orjson.loads(out) if options else None

    return call


ALUMINIUM = str(ROOT / "examples" / "aluminium" / "aluminium.yaml")
OPEN = """
tanheng: study/1
product: {name: Bracket}
unit: 1 kg
boundary: cradle-to-gate
period: 2024
site: CN
lines: [{stage: raw-materials, name: 高密度聚乙烯, amount: 1 kg}]
"""
CHANGE = "交流电.amount=12 000 kWh"
ASKED = {
    "tanheng assess": ("assess", ALUMINIUM),
    "tanheng assess --regime all": ("assess", ALUMINIUM, "--regime", "gbt24067,cbam"),
    "tanheng compare": ("compare", ALUMINIUM, ALUMINIUM, "--samples", "100"),
    "tanheng portfolio": ("portfolio", ALUMINIUM, "--samples", "100"),
    "tanheng levers": ("levers", ALUMINIUM),
    "tanheng study link": ("study", "link", ALUMINIUM),
    "tanheng rules list": ("rules", "list"),
    "tanheng rules show": ("rules", "show", "cn-cement"),
    "tanheng rules diff": ("rules", "diff", "general@1.0.0", "general"),
    "tanheng study check": ("study", "check", ALUMINIUM),
    "tanheng factors show": ("factors", "show", "cn-electricity-footprint-2024"),
    "tanheng db show": ("db", "show", "mini"),
    "tanheng db check": ("db", "check", "mini"),
    "tanheng db links": ("db", "links", "mini"),
    "tanheng db search": ("db", "search", "mini", "steel"),
    "tanheng db footprint": ("db", "footprint", "mini", "Steel", "--tree"),
    "tanheng db sensitivity": ("db", "sensitivity", "mini", "Steel"),
    "tanheng db footprints": ("db", "footprints", "mini", "--out", "all.csv"),
    "tanheng db uncertainty": ("db", "uncertainty", "mini", "Steel", "--samples", "100"),
    "tanheng db whatif": ("db", "whatif", "mini", "--change", "Steel <- Power * 0.5"),
    "tanheng db diff": ("db", "diff", "mini", "mini"),
    "tanheng factors diff": ("factors", "diff", "embedded", "embedded"),
}
LISTS = {
    "tanheng factors search": (("factors", "search", "hydro"), "tanheng factors show"),
    "tanheng db list": (("db", "list"), "tanheng db import"),
}


@pytest.mark.parametrize("heading", ASKED)
def test_json_page_has_every_key(heading, answer):
    found = answer(*ASKED[heading])
    found = found[0] if isinstance(found, list) else found
    missing = set(found) - keys_of(heading)
    assert missing == set()


@pytest.mark.parametrize("heading", LISTS)
def test_json_page_has_every_key_of_lists(heading, answer):
    words, described = LISTS[heading]
    assert "A list of the same" in section(page("json.md"), f"`{heading}`")
    assert set(answer(*words)[0]) == keys_of(described) - {"title", "number", "date", "url", "licence"} | (
        {"licence"} if described.endswith("import") else set()
    )


def test_json_page_has_every_key_below_the_first(answer):
    text = page("json.md")
    footprint = answer("db", "footprint", "mini", "Steel", "--tree")
    below = [*footprint["open_inputs"], *footprint["declared_cut_offs"], *footprint["gases"], footprint["tree"]]
    assert footprint["open_inputs"]
    assert footprint["declared_cut_offs"]
    for key in {key for entry in below for key in entry}:
        assert f"`{key}`" in section(text, "`tanheng db footprint`"), key
    for key in answer("db", "show", "mini")["open"][0]:
        assert f"`{key}`" in section(text, "`tanheng db show`"), key
    check = answer("db", "check", "mini")
    for key in {*check["open_reach"], *check["open_inputs"][0], *check["counts"]}:
        assert f"`{key}`" in section(text, "`tanheng db check`"), key
    for record in (
        LoopFound,
        SharedProcess,
        AssumedSupplier,
        OddSign,
        Outlier,
        MassBalance,
        Duplicate,
        UncountedGas,
        DistributionCounts,
        UnusableDistribution,
        WideDistribution,
        Item,
    ):
        for key in record.__dataclass_fields__:
            assert f"`{key}`" in section(text, "`tanheng db check`"), key
    for key in answer("factors", "show", "cn-electricity-footprint-2024")["source"]:
        assert f"`{key}`" in section(text, "`tanheng factors show`"), key


def test_json_page_has_every_key_below_the_first_of_newer_commands(answer, tmp_path):
    text = page("json.md")

    def told(heading, entries):
        for key in {key for entry in entries for key in entry}:
            assert f"`{key}`" in section(text, f"`{heading}`"), f"{heading}: {key}"

    walk = answer("assess", ALUMINIUM, "--regime", "gbt24067,cbam")["differences"][0]
    told("tanheng assess --regime all", [walk, walk["first"], *walk["steps"], *walk["lines"]])
    changed = answer("what-if", ALUMINIUM, "--set", CHANGE)
    told("tanheng assess", [changed, changed["uncertainty"]])
    (tmp_path / "before.json").write_text(json.dumps(changed), encoding="utf-8")
    found = answer("compare", ALUMINIUM, "before.json", "--samples", "100")
    assert found["shares"]
    told("tanheng compare", [*found["shares"], *found["stages"], *found["lines"]])
    together = answer(
        "portfolio", ALUMINIUM, "before.json", "--samples", "100", "--compare", "before", "aluminium", "--rank"
    )
    places = together["rankings"][0]
    told("tanheng portfolio", [*together["results"], *together["pairs"], places, *places["ranked"]])
    for record in (Database, Refused):
        told("tanheng portfolio", [record.__dataclass_fields__])
    told("tanheng levers", answer("levers", ALUMINIUM)["levers"])
    told("tanheng rules show", answer("rules", "show", "cn-cement")["checks"])
    Path("open.yaml").write_text(OPEN, encoding="utf-8")
    lines = answer("study", "link", "open.yaml", "--choose", "0=1", "--remember")["lines"]
    candidates = [candidate for line in lines for candidate in line["candidates"]]
    assert candidates
    told("tanheng study link", [*lines, *candidates, *(searched for line in lines for searched in line["searched"])])
    told("tanheng study choices", answer("study", "choices"))
    assert answer("rules", "new", "--id", "mine", "--name", "Mine") is None
    told("tanheng rules check", [answer("rules", "check", "mine.yaml")])


def test_json_page_has_every_key_below_the_first_of_changes_and_releases(answer, tmp_path):
    text = page("json.md")

    def told(heading, entries):
        for key in {key for entry in entries for key in entry}:
            assert f"`{key}`" in section(text, f"`{heading}`"), f"{heading}: {key}"

    asked = ("--change", "Steel <- Power * 0.5", "--change", "Steel <- Ghost * 2", "--product", "Steel", "--tree")
    found = answer("db", "whatif", "mini", *asked)
    (steel,) = found["looked_at"]
    assert steel["open_inputs"]
    told("tanheng db whatif", [*found["edits"], *found["moved"], steel, *steel["open_inputs"], steel["tree"]])
    home = Home.at(tmp_path / "home")
    home.add(
        database("next", process("Power", "1 kWh", emits={"CO2": "1 kg"}), process("Steel", takes={"Power": "1 kWh"})),
        source="test",
    )
    study = (
        "tanheng: study/1\nproduct: {name: P, maker: M}\nunit: 1 kg\nboundary: cradle-to-gate\nperiod: 2024\nsite: CN\n"
    )
    line = "lines: [{stage: raw-materials, name: Steel, amount: 1 kg, from: 'mini:Steel'}]\n"
    Path("p.yaml").write_text(study + line, encoding="utf-8")
    Path("p.json").write_text(json.dumps(answer("assess", "p.yaml")), encoding="utf-8")
    found = answer("db", "diff", "mini", "next", "--assessment", "p.json")
    (effect,), (steel,) = found["assessments"], found["looked_at"]
    causes = steel["causes"]
    told(
        "tanheng db diff",
        [found["old"], *found["moved"], steel, *causes, *causes[0]["items"], effect, *effect["lines"]],
    )
    found = answer("factors", "diff", "embedded", "embedded")
    told("tanheng factors diff", [found["old"]])


def test_json_page_has_every_key_of_samples(answer):
    found = answer("db", "uncertainty", "mini", "Steel", "--compare", "Steel", "--samples", "100")
    below = [*found["products"], found["distributions"], found["run"], found["comparison"]]
    keys = {key for entry in below for key in entry} | set(FarDistribution.__dataclass_fields__)
    for key in keys:
        assert f"`{key}`" in section(page("json.md"), "`tanheng db uncertainty`"), key
    (run,) = answer("db", "runs")
    assert set(run) == keys_of("tanheng db runs")


def test_rules_page_has_every_function_and_regime():
    for name in ("rules.md", "rules.zh-CN.md"):
        text = page(name)
        for function in BUILT_IN | FUNCTIONS.keys() | ASKING:
            assert re.search(rf"`{function}[(`]", text), f"{name}: {function}"


def test_reports_page_has_every_field_of_the_word_template_and_every_ending():
    for name in ("reports.md", "reports.zh-CN.md"):
        text = page(name)
        for key in KEYS:
            assert re.search(rf"\{{[\{{%]p?(tr for row in)? ?{key}\b", text), f"{name}: {key}"
        for ending in ENDINGS:
            assert f"`{ending}`" in text


def test_json_page_has_every_key_of_the_assessment():
    assert keys_of("tanheng assess") == {"tanheng", *Assessment.__dataclass_fields__}


def test_the_guides_have_every_record_of_the_study_format():
    for lang, names in (
        ("en", ("user-guide.md", "modelling.md")),
        ("zh", ("user-guide.zh-CN.md", "modelling.zh-CN.md")),
    ):
        text = "".join(page(name) for name in names)
        for record in records():
            assert text.count(f"<!-- begin fields-of:{record}, {lang} -->") == 1, record
            assert fields(record)


GAP = re.compile(r'(?:Gap|NotFound|\.note)\(\s*"([a-z-]+)"')


def test_the_guides_have_every_gap_and_say_whether_it_blocks():
    source = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "src/tanheng/footprint").glob("*.py"))
    blocking = dict(re.findall(r'Gap\(\s*"([a-z-]+)", [^,]+, (True|False)', source))
    made = set(GAP.findall(source))
    for name, yes in (("user-guide.md", "yes"), ("user-guide.zh-CN.md", "是")):
        told = dict(re.findall(r"^\| `([a-z-]+)` \| .+ \| (yes|no|是|否) \|$", page(name), re.MULTILINE))
        assert set(told) == made
        for code, blocks in blocking.items():
            assert (told[code] == yes) == (blocks == "True"), code


def test_the_databases_page_has_every_link_status():
    told = dict(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| (yes|no)[^|]* \|$", page("databases.md"), re.MULTILINE))
    assert told == {status.value: "yes" if status.is_gap else "no" for status in LinkStatus}


def test_the_method_page_accounts_for_every_clause():
    """Every clause is done, or said to be missing; what is said to be done has tests."""
    done = set(re.findall(r"^\| (C\d\d) \|", section(page("method.md"), "Clauses in reach"), re.MULTILINE))
    missing = set(re.findall(r"^\| (C\d\d) \|", section(page("method.md"), "Not covered yet"), re.MULTILINE))
    tested = set(re.findall(r"^\| (C\d\d) \|", section(page("method.md"), "Tests by clause"), re.MULTILINE))
    assert done | missing == {f"C{n:02}" for n in range(1, 24)}
    assert done == tested


def test_the_architecture_page_has_every_package_and_the_floors_in_order():
    import tomllib

    text = page("architecture.md")
    source = ROOT / "src" / "tanheng"
    packages = {p.name for p in source.iterdir() if p.is_dir() and not p.name.startswith("__")}
    modules = {p.stem for p in source.glob("*.py")} - {"__init__", "__main__"}
    for name in packages | modules:
        assert re.search(rf"\b{name}\b", text), name
    drawn = text.partition("```text\n")[2].partition("```")[0]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    places = [min(drawn.index(n.strip().removeprefix("tanheng.")) for n in layer.split("|")) for layer in layers[:-2]]
    assert places == sorted(places)


def test_the_data_page_has_every_file():
    text = page("data.md")
    for entry in (ROOT / "src/tanheng/data").iterdir():
        if entry.name.startswith("__") or entry.name == "SOURCES.md":
            continue
        assert f"{entry.name}" in text, entry.name


def test_the_python_page_s_regimes_and_the_guide_s_are_those_that_ship():
    regimes = {yaml.safe_load(p.read_bytes())["id"] for p in (ROOT / "src/tanheng/data/regimes").glob("*.yaml")}
    for name in ("user-guide.md", "user-guide.zh-CN.md", "method.md"):
        for regime in regimes:
            assert f"`{regime}`" in page(name), (name, regime)

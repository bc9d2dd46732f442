"""Files to fill in, for anybody: the same as the command line writes."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tanheng.api.app import create_app
from tanheng.cli.main import app as command_line
from tanheng.factors import read_release
from tanheng.footprint.reading import read_study
from tanheng.rules import read_pack


@pytest.fixture
def app(sqlite_platform):
    """They are made of nothing that is kept."""
    return create_app(sqlite_platform)


def at_desk(*words):
    done = CliRunner().invoke(command_line, [*map(str, words)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("form", "kind"), [("yaml", "yaml"), ("xlsx", "workbook")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_study_to_begin_with(api, tmp_path, form, kind, lang):
    answer = api.get("/v1/templates/study", params={"product": "铝锭", "format": form, "lang": lang})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="study.{form}"')
    path = tmp_path / f"study.{form}"
    at_desk("study", "new", "--product", "铝锭", "--kind", kind, "--out", path, "--lang", lang)
    (tmp_path / f"taken.{form}").write_bytes(answer.content)
    found, wanted = (read_study(one) for one in (tmp_path / f"taken.{form}", path))
    assert found.product.names == {"zh": "铝锭"}
    assert (found.product, len(found.lines)) == (wanted.product, len(wanted.lines))
    if form == "yaml":
        assert answer.content == path.read_bytes()


def test_a_rule_pack_to_begin_with(api, tmp_path):
    answer = api.get("/v1/templates/rules", params={"id": "own-pack", "name": "It's ours"})
    at_desk("rules", "new", "--id", "own-pack", "--name", "It's ours", "--out", tmp_path / "own.yaml")
    assert answer.content == (tmp_path / "own.yaml").read_bytes()
    assert read_pack(answer.content, place="own.yaml").names["en"] == "It's ours"
    refused = api.get("/v1/templates/rules", params={"id": "Own Pack", "name": "x"})
    assert (refused.status_code, refused.json()["title"][:6]) == (422, "TH-RUL")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_of_factors_to_fill_in(api, tmp_path, form):
    answer = api.get("/v1/templates/factors", params={"format": form})
    at_desk("factors", "template", tmp_path / f"desk.{form}")
    assert answer.content == (tmp_path / f"desk.{form}").read_bytes()
    (tmp_path / f"taken.{form}").write_bytes(answer.content)
    assert list(read_release(tmp_path / f"taken.{form}").factors) == ["my-steel-sheet-2024"]


def test_a_product_with_odd_characters_is_no_error_of_the_server(api):
    for product in ("\x01", "\x85 ", "￾", " ", "\U0001f600", "-" * 200, "=1+1", "\t\n"):
        for form in ("yaml", "xlsx"):
            answer = api.get("/v1/templates/study", params={"product": product, "format": form})
            assert answer.status_code < 500, (product, form, answer.text)
        answer = api.get("/v1/templates/rules", params={"id": "p", "name": product})
        assert answer.status_code < 500, (product, answer.text)

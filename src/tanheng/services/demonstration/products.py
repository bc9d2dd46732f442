"""Studies of the examples that ship, with their evidence, assessed; and one with a better supply of electricity, to compare."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from importlib.resources import as_file, files
from typing import Any

from tanheng.footprint import Study as Model
from tanheng.footprint.reading import study_document, study_from_document
from tanheng.services.demonstration.cast import MANY, Cast, told
from tanheng.services.studies import assessing, assessments, evidence, intake, studies
from tanheng.services.studies.assessments import Assessment
from tanheng.services.studies.studies import Study
from tanheng.storage.sql import Work

BETTER = "自备水电占比提高到 80 % · 80 % of own hydropower"


def study(cast: Cast, key: str) -> Study:
    """The study of an example, with its evidence."""
    about = told()["studies"][key]
    actor, folder = cast.people[about["by"]], files("tanheng").joinpath("data", "examples")
    organisation = next(iter(actor.memberships))
    model = _of(intake.read(folder.joinpath(about["file"]).read_bytes(), about["file"]), about["by"])
    made = cast.platform.do(actor, _study, organisation, model)
    known = {one.name for one in cast.platform.look(actor, evidence.listed, made.id, MANY).items}
    beside = folder.joinpath(about["file"].partition("/")[0])
    for one in sorted(beside.iterdir(), key=lambda path: path.name):
        if one.name.endswith(".csv") and one.name not in known:
            with as_file(one) as path:
                evidence.add(cast.platform, actor, made.id, path, name=one.name, media_type="text/csv")
    return made


def assessed(cast: Cast, key: str) -> Assessment:
    """The first assessment of the study of an example."""
    made, about = study(cast, key), told()["studies"][key]
    actor = cast.people[about["by"]]
    for one in cast.platform.look(actor, assessments.listed, MANY, study=made.id).items:
        if one.number == 1:
            return one
    order = assessing.Order(1, samples=about["samples"])
    return assessing.assess(cast.platform, actor, made.id, order)


def improved(cast: Cast) -> Assessment:
    """Aluminium with more hydropower: a second version of its study, assessed."""
    made, about = study(cast, "aluminium"), told()["studies"]["aluminium"]
    actor = cast.people[about["by"]]
    if made.latest == 1:
        document = copy.deepcopy(dict(cast.platform.look(actor, studies.version, made.id, 1).document))
        _change_power(document)
        model = study_from_document(document)
        made = cast.platform.do(actor, studies.revise, made.id, expected=made.version, model=model, note=BETTER)
    for one in cast.platform.look(actor, assessments.listed, MANY, study=made.id).items:
        if one.number == made.latest:
            return one
    order = assessing.Order(made.latest, samples=about["samples"])
    return assessing.assess(cast.platform, actor, made.id, order)


def _study(work: Work, organisation: str, model: Model) -> Study:
    for one in studies.listed(work, MANY, organisation=organisation).items:
        if dict(one.names) == dict(model.product.names):
            return one
    return studies.create(work, organisation=organisation, model=model)


def _of(model: Model, person: str) -> Model:
    """The study as one of an organisation of the demonstration."""
    about = told()["organisations"][told()["people"][person]["organisation"]]
    document: dict[str, Any] = copy.deepcopy(dict(study_document(model)))
    document["product"] = {**document["product"], "maker": dict(about["names"])}
    return study_from_document(document)


def _change_power(document: Mapping[str, Any]) -> None:
    line = next(line for line in document["lines"] if line.get("electricity"))
    own, grid = line["electricity"]
    own["share"], grid["share"] = "80 %", "20 %"

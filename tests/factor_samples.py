"""What the tests of the factor register share: a record, a collection with its people, an assessment that uses a factor."""

from __future__ import annotations

from study_samples import member, study
from tanheng.accounts.model import Role
from tanheng.factors.model import Level
from tanheng.services.factors import collections, publishing, records, reviewing
from tanheng.services.paging import Paging
from tanheng.services.studies import assessing, intake, studies
from tanheng.services.studies.assessing import Order

ALL = Paging(limit=500)


def document(**changed):
    """A factor's record."""
    return {
        "id": "cn-steel-2025",
        "kind": "footprint",
        "names": {"zh": "钢板", "en": "Steel sheet"},
        "per": "kg",
        "amounts": [["CO2", "fossil", 2.0], ["CH4", "fossil", 0.01]],
        "year": 2025,
        "geography": "CN",
        "boundary": "cradle-to-gate",
        "source": {"title": "A report", "licence": "CC BY 4.0"},
        **changed,
    }


class Desk:
    """A collection with the people who work on it."""

    def __init__(self, platform, own, name="our-factors", level=Level.ENTERPRISE):
        self.platform = platform
        self.owner = member(own, Role.OWNER, id="owner")
        self.editor = member(own, Role.FACTOR_EDITOR, id="editor")
        self.reviewer = member(own, Role.FACTOR_REVIEWER, id="reviewer")
        self.publisher = member(own, Role.PUBLISHER, id="publisher")
        told = {"organisation": own.id, "name": name, "names": {"en": "Ours"}, "level": level}
        self.collection = platform.do(self.owner, collections.create, **told).id

    def add(self, **changed):
        return self.platform.do(self.editor, records.create, self.collection, document(**changed))

    def step(self, actor, use_case, entry, **given):
        return self.platform.do(actor, use_case, entry.id, expected=entry.version, **given)

    def accepted(self, entry):
        handed = self.step(self.editor, reviewing.submit, entry)
        return self.step(self.reviewer, reviewing.accept, handed)

    def publish(self, version):
        digest = self.platform.look(self.editor, publishing.candidate, self.collection).digest
        return publishing.publish(self.platform, self.publisher, self.collection, version=version, digest=digest)

    def share(self, visibility, *with_):
        row = self.platform.look(self.owner, collections.of, self.collection)
        given = {"expected": row.version, "visibility": visibility, "shared_with": [one.id for one in with_]}
        self.platform.do(self.owner, collections.share, self.collection, **given)


def assessed(platform, own, link):
    words = study(**{"100 kWh": "100 kg", "type: electricity, ": ""}).decode()
    start = words.index("factor:")
    words = words[:start] + link + words[words.index('"', start) :]
    engineer = member(own, id="engineer")
    made = platform.do(engineer, studies.create, organisation=own.id, model=intake.read(words.encode()))
    return assessing.assess(platform, engineer, made.id, Order())

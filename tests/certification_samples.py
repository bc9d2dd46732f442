"""What the tests of certification share: a maker, a body with three people, a regulator, a scheme, an assessed study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from study_samples import study
from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.certification.model import Assurance, Weight
from tanheng.certification.procedure import Party
from tanheng.certification.recognition import Recognised, Scope
from tanheng.registry.disclosure import View
from tanheng.services.accounts import organisations, people
from tanheng.services.certification import (
    artworks,
    bodies,
    cases,
    certificates,
    correcting,
    files,
    issuing,
    reviewing,
    schemes,
    teams,
    verifying,
)
from tanheng.services.paging import Paging
from tanheng.services.recognition import foreign, recognitions
from tanheng.services.registry import consenting, disclosing, dumps, statements, tasks
from tanheng.services.studies import assessing, intake, studies

INIT = system("init")
ALL = Paging(limit=100)
SCHEME = """tanheng: scheme/1
id: test-label
version: 1.0.0
names: {zh: 测试标识, en: Test label}
owner: {zh: 测试, en: Test}
follows: {zh: 无, en: nothing}
site: chosen
days: {returned: 30, correction: 90}
"""
ARTWORK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 240" width="50mm" height="60mm">
<rect width="200" height="240" fill="#ffffff"/>
<text x="100" y="24" font-size="14" text-anchor="middle">{{ number }}</text>
<text x="100" y="52" font-size="22" text-anchor="middle">{{ value }} {{ unit }}</text>
<path d="{{ code.path }}" transform="translate(20 70) scale({{ 160 / code.size }})"/>
</svg>
"""
ELSEWHERE = foreign.Told(
    number="EPD-1",
    issuer="did:web:elsewhere.example.org",
    scheme="EPD",
    names={"en": "Steel"},
    value=2.1,
    per="kg",
    category="steel",
    boundary="cradle-to-gate",
    geography="DE",
    valid_from=date(2025, 1, 1),
    valid_until=date(2035, 1, 1),
)


def person(platform, name, organisation, *roles, second_factor=True):
    """Somebody with roles, as signed in with a second factor."""
    given = {"email": f"{name}@house.example", "name": name, "password": "a sentence of my own"}
    made = platform.do(INIT, people.create, organisation=organisation.id, roles=roles, **given)
    own = Membership(organisation.id, organisation.kind, frozenset(roles))
    return Actor(ActorKind.PERSON, made.id, memberships={organisation.id: own}, second_factor=second_factor)


@dataclass
class House:
    """Everybody, by what they are."""

    platform: object

    def __post_init__(self):
        def make(kind, name):
            return self.platform.do(INIT, organisations.create, kind=kind, names={"zh": name, "en": name})

        self.maker = make(OrganisationKind.ENTERPRISE, "Maker")
        self.other = make(OrganisationKind.ENTERPRISE, "Other")
        self.body = make(OrganisationKind.CERTIFICATION_BODY, "Body")
        self.regulator = make(OrganisationKind.REGULATOR, "Regulator")
        self.engineer = person(self.platform, "engineer", self.maker, Role.ENGINEER, Role.OWNER)
        self.stranger = person(self.platform, "stranger", self.other, Role.ENGINEER, Role.OWNER)
        self.head = person(self.platform, "head", self.body, Role.OWNER, Role.CERTIFIER)
        self.ann = person(self.platform, "ann", self.body, Role.CERTIFIER)
        self.bo = person(self.platform, "bo", self.body, Role.CERTIFIER)
        self.official = person(self.platform, "official", self.regulator, Role.OWNER)
        self.scheme = self.platform.do(self.official, schemes.publish, SCHEME.encode(), organisation=self.regulator.id)

    @property
    def team(self):
        """Who works on cases: one reviews, inspects and verifies, another decides."""
        return {
            self.ann.id: [Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER],
            self.bo.id: [Party.DECIDER],
        }

    def accredit(self, **more):
        """Let the body certify, and attest what its people may do."""
        given = {"regulator": self.regulator.id, "scheme": "test-label", **more}
        made = self.platform.do(self.official, bodies.accredit, self.body.id, **given)
        for one, functions in self.team.items():
            self.platform.do(self.head, bodies.attest, self.body.id, person=one, functions=functions)
        return made

    def recognise(self, party, kind=Recognised.ISSUER, **more):
        """Let the regulator recognise an issuer or a source."""
        told = {name: more.pop(name) for name in list(more) if name in Scope.__slots__}
        scope = Scope(kind=kind, party=party, **{"valid_from": date(2020, 1, 1), **told})
        given = {"names": {"en": "Elsewhere"}, "basis": "an agreement", **more}
        return self.platform.do(self.official, recognitions.publish, self.regulator.id, scope=scope, **given)

    def assessed(self, **changed):
        """A study with an assessment: ``(study, assessment)``."""
        made = self.platform.do(
            self.engineer, studies.create, organisation=self.maker.id, model=intake.read(study(**changed))
        )
        return made, assessing.assess(self.platform, self.engineer, made.id, assessing.Order())

    def submitted(self):
        """A case that was handed in, and its assessment."""
        self.accredit()
        study, assessment = self.assessed()
        given = {"study": study.id, "scheme": self.scheme.id, "body": self.body.id}
        case = self.platform.do(self.engineer, cases.open_case, **given)
        return self.take(self.engineer, case, "submit", assessment=assessment.id), assessment

    def take(self, actor, case, name, **more):
        """Take a step."""
        return self.platform.do(actor, cases.take, case.id, name, expected=case.version, **more)

    def reviewed(self, case):
        """A submitted case whose verification is under way; nobody was on the site."""
        return self.take(self.ann, self.begun(case), "end-review-without-site")

    def begun(self, case):
        """A submitted case whose review is under way."""
        case = self.take(self.head, case, "accept")
        case = self.platform.do(self.head, teams.propose, case.id, expected=case.version, team=self.team)
        for one in (self.ann, self.bo):
            self.platform.do(one, teams.declare, case.id)
        case = self.platform.do(self.head, teams.plan, case.id, expected=case.version, team=self.team)
        return self.take(self.ann, case, "begin-review")

    def signed(self, case):
        """A case that lacks nothing but the decision."""
        verifying.recompute(self.platform, self.ann, case.id)
        told = {"assurance": Assurance.REASONABLE, "misstatement": 0.01, "text": "fair in all that is material"}
        self.platform.do(self.ann, verifying.state, case.id, **told)
        case = self.take(self.ann, case, "end-verification")
        for one in (self.ann, self.bo):
            case = self.platform.do(one, verifying.sign, case.id, expected=case.version)
        return case

    def verified(self):
        """A case whose verification is under way."""
        return self.reviewed(self.submitted()[0])

    def decided(self):
        """A case that lacks nothing but the decision."""
        return self.signed(self.verified())

    def certified(self):
        """A certificate that is valid."""
        case = self.decided()
        return issuing.certify(self.platform, self.bo, case.id, expected=case.version)

    def corrected(self, made, **told):
        """A certificate that was corrected by both whom that takes."""
        for one in (self.ann, self.bo):
            made = correcting.correct(self.platform, one, made.number, expected=made.version, **told)
        return made

    def go_on(self, case, assessment):
        """The certificate of a case that was opened."""
        case = self.signed(self.reviewed(self.take(self.engineer, case, "submit", assessment=assessment)))
        return issuing.certify(self.platform, self.bo, case.id, expected=case.version)

    def with_everything(self, folder):
        """A certificate that was corrected and suspended, of a case with a comment and a file."""
        artworks.illustrate(self.platform, self.official, self.scheme.id, ARTWORK.encode())
        self.recognise("did:web:elsewhere.example.org")
        foreign.register(self.platform, self.engineer, self.maker.id, ELSEWHERE)
        case, _ = self.submitted()
        case = self.take(self.head, case, "return", reason="the readings are missing")
        (folder / "meter.csv").write_bytes(b"1")
        given = {"kind": "meter-readings", "name": "meter.csv", "media_type": "text/csv"}
        files.add(self.platform, self.engineer, case.id, folder / "meter.csv", **given)
        case = self.reviewed(self.take(self.engineer, case, "submit"))
        self.platform.do(self.ann, reviewing.comment, case.id, text="a slip", weight=Weight.MINOR)
        case = self.signed(case)
        made = issuing.certify(self.platform, self.bo, case.id, expected=case.version)
        made = self.corrected(made, reason="a slip", names={"en": "Billet"})
        self._disclosed(made, folder)
        told = {"expected": made.version, "reason": "meter broken"}
        return self.platform.do(self.bo, certificates.take, made.number, "suspend", **told)

    def _disclosed(self, made, folder):
        """A statement, a read under a consent, a dump, and a task of the plan that was told of."""
        today = self.platform.today()
        given = {"receiver": self.other.id, "purpose": "p", "until": today}
        self.platform.do(self.engineer, consenting.give, [made.number], **given)
        disclosing.of(self.platform, self.stranger, made.number, View.PARTNER)
        told = {"holder": self.maker.id, "period": (today, today), "texts": {"zh": "甲", "en": "A"}}
        first = self.platform.do(self.engineer, statements.publish, numbers=[made.number], **told)
        self.platform.do(self.engineer, statements.publish, numbers=[made.number], supersedes=first.id, **told)
        dumps.make(self.platform, INIT, folder, progress=lambda *_: None)
        task = {"organisation": self.regulator.id, "lead": {"en": "L"}, "milestones": [], "progress": 1}
        self.platform.do(self.official, tasks.tell, "A2", **task)

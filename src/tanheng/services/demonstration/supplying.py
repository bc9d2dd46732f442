"""What is asked of suppliers: one request that waits, one that was answered and accepted; and a small database and method."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from tanheng.accounts import ANONYMOUS
from tanheng.formats import write_inventory_template, write_method_template
from tanheng.services.databases import databases
from tanheng.services.databases.importing import import_into
from tanheng.services.demonstration import products
from tanheng.services.demonstration.cast import MANY, Cast, told
from tanheng.services.methods import methods
from tanheng.services.methods.importing import import_into as import_method
from tanheng.services.suppliers import accepting, answering, requests
from tanheng.services.suppliers.requests import Request
from tanheng.storage.sql import Work
from tanheng.suppliers import Answer, Basis, RequestState

FRAME = {"zh": "示例铝边框", "en": "Example aluminium frame"}
GLASS = {"zh": "示例光伏玻璃", "en": "Example solar glass"}
DAYS = 45
DATABASE, METHOD = "example-inventory", "example-method"


def waiting(cast: Cast) -> None:
    """A request that its supplier has not answered."""
    actor, organisation = cast.people["designer"], cast.organisations["manufacturing"]
    study = products.study(cast, "photovoltaic")
    cast.platform.do(actor, _asked, organisation, study.id, GLASS)


def answered(cast: Cast) -> None:
    """A request that was answered by a form, and its answer accepted."""
    actor, platform = cast.people["designer"], cast.platform
    study = products.study(cast, "photovoltaic")
    made = platform.do(actor, _asked, cast.organisations["manufacturing"], study.id, FRAME)
    if made.state is RequestState.OPEN:  # a link is shown once, so whoever begins anew makes another
        secret = platform.do(actor, requests.renew, made.id).link.rpartition("/")[2]
        platform.do(ANONYMOUS, answering.answer, secret, _answer())
        made = platform.look(actor, requests.of, made.id)
    if made.state is RequestState.ANSWERED:
        platform.do(actor, accepting.accept, made.id, expected=made.version)


def database(cast: Cast) -> None:
    """The worked example of the table of inventories, imported."""
    actor, organisation = cast.people["metallurgist"], cast.organisations["materials"]
    known = cast.platform.look(actor, databases.listed, MANY).items
    if any(one.name == DATABASE and one.organisation == organisation for one in known):
        return
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = write_inventory_template(Path(folder) / "example.csv", lang="zh")
        import_into(cast.platform, actor, path, name=DATABASE, organisation=organisation)


def method(cast: Cast) -> None:
    """The worked example of the table of impact methods, imported."""
    actor, organisation = cast.people["metallurgist"], cast.organisations["materials"]
    known = cast.platform.look(actor, methods.listed, MANY).items
    if any(one.name == METHOD and one.organisation == organisation for one in known):
        return
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = write_method_template(Path(folder) / "example.csv")
        import_method(cast.platform, actor, path, name=METHOD, organisation=organisation)


def _asked(work: Work, organisation: str, study: str, names: Mapping[str, str]) -> Request:
    for one in requests.listed(work, MANY, study=study).items:
        if dict(one.names) == names:
            return one
    due = work.today + timedelta(days=DAYS)
    asked = {"names": names, "per": "kg", "supplier": _supplier(), "due": due, "study": study}
    return requests.send(work, organisation=organisation, **asked).request  # type: ignore[arg-type]


def _answer() -> Answer:
    """What a supplier would type into the form; the figures are of an example."""
    return Answer(
        basis=Basis.FORM,
        names=FRAME,
        maker=_supplier(),
        value=9.2,
        per="kg",
        gwp="AR6 GWP100",
        boundary="cradle-to-gate",
        geography="CN-33",
        year=2024,
        quality={"te": 1, "ge": 1, "ti": 1, "pr": 2},
        primary_share=0.62,
        note="示例数值，仅作演示 Figures of an example",
    )


def _supplier() -> str:
    return " ".join(told()["organisations"]["supplier"]["names"].values())

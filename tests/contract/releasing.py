"""``python releasing.py HOME COLLECTION``: publishes releases until it is killed, and tells of each once it is there."""

from __future__ import annotations

import sys
from pathlib import Path

from factor_samples import document
from study_samples import member
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.accounts import organisations
from tanheng.services.factors import collections, publishing, records, reviewing
from tanheng.services.paging import Paging
from tanheng.storage.platform import Platform


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(home: Path, collection: str) -> None:
    platform = Platform.open(home)
    init = system("test")
    found = platform.look(init, collections.of, collection)
    own = platform.look(init, organisations.of, found.organisation)
    publisher, reviewer = member(own, Role.PUBLISHER, id="publisher"), member(own, Role.FACTOR_REVIEWER, id="reviewer")
    editor = member(own, Role.FACTOR_EDITOR, id="editor")
    tell("ready")
    while True:
        number = platform.look(init, collections.of, collection).latest + 1
        for entry in platform.look(editor, records.listed, collection, Paging(limit=500)).items:
            now = entry
            if now.state in ("published", "draft"):
                written = document(id=now.factor, year=2000 + number % 100)
                now = platform.do(editor, records.revise, now.id, written, expected=now.version)
                now = platform.do(editor, reviewing.submit, now.id, expected=now.version)
            if now.state == "submitted":
                platform.do(reviewer, reviewing.accept, now.id, expected=now.version)
        digest = platform.look(publisher, publishing.candidate, collection).digest
        made = publishing.publish(platform, publisher, collection, version=str(number), digest=digest)
        tell(f"published {made.number} {made.digest}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

"""What the tests of requests to suppliers share."""

from __future__ import annotations

from datetime import timedelta

from tanheng.accounts import ANONYMOUS
from tanheng.services.suppliers import answering, requests
from tanheng.suppliers import Answer, Basis


def answered(platform, buyer, organisation, folder, word="Casting"):
    """A request that a supplier answered, and the file beside the answer: their ids.

    Args:
        word: in every text of them.
    """
    due = platform.today() + timedelta(days=30)
    asked = {"names": {"en": word}, "per": "kg", "supplier": word, "due": due}
    sent = platform.do(buyer, requests.send, organisation=organisation, **asked)
    secret, path = sent.link.rpartition("/")[2], folder / "statement"
    path.write_text(word)
    answering.add_file(platform, ANONYMOUS, secret, path, name=f"{word}.txt", media_type="text/plain")
    told = {"maker": word, "value": 2.0, "per": "kg", "gwp": "AR6 GWP100", "boundary": "cradle-to-gate"}
    answer = Answer(basis=Basis.FORM, names={"en": word}, geography="CN", year=2025, **told)
    platform.do(ANONYMOUS, answering.answer, secret, answer)
    return sent.request.id, platform.look(buyer, answering.files, sent.request.id)[0].id

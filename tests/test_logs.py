"""What is secret never enters a log."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tanheng.logs import HIDDEN, without_secrets


@pytest.mark.parametrize(
    "name", ["password", "new_password", "Authorization", "csrf_token", "database_url", "totp_code"]
)
def test_fields_that_are_named_like_secrets_are_hidden(name):
    assert without_secrets(None, "info", {name: "tell nobody"}) == {name: HIDDEN}
    assert without_secrets(None, "info", {"data": {name: "tell nobody"}}) == {"data": {name: HIDDEN}}


@pytest.mark.parametrize(
    "text",
    [
        "GET with Bearer abcdefgh12345678",
        "cannot reach postgresql+psycopg://user:tell-nobody@host:5432/db",
        "token th_0190aaaa_secretsecret was used",
    ],
)
def test_secrets_inside_of_texts_are_hidden(text):
    told = without_secrets(None, "info", {"event": [text]})["event"][0]
    assert HIDDEN in told
    assert not any(secret in told for secret in ("abcdefgh", "tell-nobody", "secretsecret"))


def test_lines_are_json_whoever_writes_them():
    code = (
        "import logging, structlog; from tanheng.logs import configure; configure();"
        "structlog.get_logger('a').info('碳', n=1); logging.getLogger('b').warning('at http://u:pw@h')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    first, second = map(json.loads, told.splitlines())
    assert (first["event"], first["n"], first["logger"], first["level"]) == ("碳", 1, "a", "info")
    assert second["event"] == f"at http://u:{HIDDEN}@h"

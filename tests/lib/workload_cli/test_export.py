"""`export`: each tool reads back what was written, and a file is for its owner's eyes."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from suitetoken.cli.exports import FORMS, make_settings, make_variables
from suitetoken.errors import InvalidDocument
from tests.samples.tokens import make_access_token
from tests.terminals.workload import Command, Office

OWN = make_access_token()


def test_dotenv_is_read_by_a_shell(suitetoken: Command, office: Office, tmp_path: Path) -> None:
    """A shell that reads the file has the variables."""
    (tmp_path / ".env").write_text(suitetoken("export", "finance-prod", "--format", "dotenv").out, encoding="utf-8")
    shown = subprocess.run(  # noqa: S603 (our own script)
        ["/bin/sh", "-c", f". {tmp_path}/.env; echo $NETSUITE_ACCESS_TOKEN $NETSUITE_ACCOUNT_ID"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert shown.stdout == f"{office.token} 1234567\n"


def test_curl_sends_the_token(suitetoken: Command, office: Office, tmp_path: Path) -> None:
    """NetSuite lets curl in with this file."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    (tmp_path / "curlrc").write_text(suitetoken("export", "finance-prod", "--format", "curl").out, encoding="utf-8")
    url = f"{office.netsuite_url}/1234567.suitetalk.api/services/rest/record/v1/account?limit=1"
    command = [curl, "--disable", "--silent", "--fail", "--noproxy", "*", "--config", str(tmp_path / "curlrc"), url]
    answer = subprocess.run(command, capture_output=True, timeout=30, check=True)  # noqa: S603 (our own command)
    assert len(json.loads(answer.stdout)["items"]) == 1


def parse_postman(text: str) -> dict[str, Any]:
    """Return what Postman would show: the values, and which of them it hides."""
    environment = json.loads(text)
    assert environment["_postman_variable_scope"] == "environment"
    assert all(entry["enabled"] for entry in environment["values"])
    hidden = [entry["key"] for entry in environment["values"] if entry["type"] == "secret"]
    return {"values": {entry["key"]: entry["value"] for entry in environment["values"]}, "hidden": hidden}


def parse_hoppscotch(text: str) -> dict[str, Any]:
    """Return what Hoppscotch would show."""
    (environment,) = json.loads(text)
    assert environment["v"] == 2
    assert environment["id"]
    found = environment["variables"]
    assert all(entry.keys() == {"key", "initialValue", "currentValue", "secret"} for entry in found)
    return {
        "values": {entry["key"]: entry["currentValue"] for entry in found},
        "hidden": [entry["key"] for entry in found if entry["secret"]],
    }


@pytest.mark.parametrize(("form", "parse"), [("postman", parse_postman), ("hoppscotch", parse_hoppscotch)])
def test_environments(form: str, parse: Any) -> None:
    """Both tools get the token, hidden, its addresses, and the settings of OAuth 2.0."""
    assert parse(FORMS[form].write("finance-prod", OWN)) == {
        "values": {
            "NETSUITE_ACCESS_TOKEN": "access-token-canary",
            "NETSUITE_REST_URL": OWN.rest_url,
            "NETSUITE_RESTLET_URL": OWN.restlet_url,
            "NETSUITE_ACCOUNT_ID": "1234567_SB1",
            "NETSUITE_AUTHORIZATION_ENDPOINT": "https://1234567-sb1.app.netsuite.com/app/login/oauth2/authorize.nl",
            "NETSUITE_TOKEN_ENDPOINT": f"{OWN.rest_url}/services/rest/auth/oauth2/v1/token",
            "NETSUITE_SCOPE": "restlets rest_webservices",
        },
        "hidden": ["NETSUITE_ACCESS_TOKEN"],
    }


def test_collection_uses_the_environment_and_holds_no_token() -> None:
    """Every variable of the collection is one that the environment has, or that a RESTlet's caller gives."""
    text = FORMS["postman-collection"].write("finance-prod", OWN)
    collection = json.loads(text)
    known = {**make_variables(OWN), **make_settings(OWN)}.keys() | {"script", "deploy"}
    used = {part.partition("}}")[0] for part in text.split("{{")[1:]}
    assert used <= known
    assert "canary" not in text
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert {entry["key"]: entry["value"] for entry in collection["auth"]["oauth2"]}["addTokenTo"] == "header"


def test_settings_of_another_server_are_not_guessed() -> None:
    """Where a client names its own addresses, these are written as the document names them, never NetSuite's."""
    proxied = {name: f"https://proxy.example/{name}" for name in ("authorization_endpoint", "token_endpoint")}
    scope = {"NETSUITE_SCOPE": "restlets rest_webservices"}
    assert make_settings(make_access_token(rest_url="https://proxy.example")) == scope
    assert make_settings(make_access_token(rest_url="https://proxy.example", **proxied)) == {
        "NETSUITE_AUTHORIZATION_ENDPOINT": proxied["authorization_endpoint"],
        "NETSUITE_TOKEN_ENDPOINT": proxied["token_endpoint"],
        **scope,
    }


@pytest.mark.parametrize("token", ["a'b", 'a"b', "a\nheader = x", "a b", "a\\b", "a\x1b"])
@pytest.mark.parametrize("form", ["curl", "dotenv"])
def test_nothing_breaks_out_of_its_quotes(form: str, token: str) -> None:
    """A stored value that could become another line of the file is refused and not shown."""
    with pytest.raises(InvalidDocument) as refusal:
        FORMS[form].write("finance-prod", make_access_token(access_token=token))
    assert token not in str(refusal.value)


@pytest.mark.parametrize(("form", "warns"), [(name, form.is_secret) for name, form in sorted(FORMS.items())])
def test_holder_is_warned(suitetoken: Command, office: Office, form: str, warns: bool) -> None:
    """What holds a token comes with a warning on stderr, and only that."""
    ended = suitetoken("export", "finance-prod", "--format", form)
    assert ended.code == 0
    assert (office.token in ended.out) == warns == ("secret until" in ended.err)
    assert office.token not in ended.err


def test_file_is_its_owner_s(suitetoken: Command, office: Office, tmp_path: Path) -> None:
    """A file is written only when asked for, nobody else may read it, also where one with other rights was."""
    file = tmp_path / ".env"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)
    ended = suitetoken("export", "finance-prod", "--format", "dotenv", "--output", str(file))
    assert (ended.code, ended.out) == (0, "")
    assert office.token in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_link_stays_a_link(suitetoken: Command, office: Office, tmp_path: Path) -> None:
    """What a link leads to is written, not the link replaced."""
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    suitetoken("export", "finance-prod", "--format", "dotenv", "--output", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert office.token in (tmp_path / "real").read_text(encoding="utf-8")


def test_what_cannot_be_written(suitetoken: Command, tmp_path: Path) -> None:
    """A folder, a device and a folder that is not there are refused."""
    for path in (tmp_path, Path("/dev/null"), tmp_path / "none" / ".env"):
        assert suitetoken("export", "finance-prod", "--format", "curl", "--output", str(path)).code == 2


def test_only_what_was_written_is_warned_of(suitetoken: Command, tmp_path: Path) -> None:
    """A file by its name once it is there; a file that could not be written holds no secret."""
    path = tmp_path / "env"
    written = suitetoken("export", "finance-prod", "--format", "dotenv", "--output", str(path))
    assert (written.code, f"Careful: {path} holds a token" in written.err) == (0, True)
    missing = tmp_path / "nowhere" / "env"
    refused = suitetoken("export", "finance-prod", "--format", "dotenv", "--output", str(missing))
    assert (refused.code, "Careful" in refused.err, "No such file or directory" in refused.err) == (2, False, True)

"""What cannot import `suitetoken.shared_names` says the same: template, scripts, Ansible's documentation, README."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from suitetoken import shared_names
from tests.stacks.template import PATH, Deployed, deploy, read_document

ROOT = Path(__file__).parents[2]
COLLECTION = ROOT / "lib/ansible_collections/suitetoken/netsuite/plugins"
FUNCTIONS = ("WebFunction", "SweepFunction", "RotateFunction")
ORIGIN = "<HttpApi.ApiEndpoint>"


@pytest.fixture(scope="module")
def deployed() -> Deployed:
    """Give a deployment with the prefix `pp`."""
    return deploy(Prefix="pp")


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_template_sets_the_variables_that_the_functions_read(deployed: Deployed) -> None:
    """No function is given a variable that nobody reads, and none that is read is given to nobody."""
    given = {name for each in FUNCTIONS for name in deployed.properties[each]["Environment"]["Variables"]}
    assert {name for name in given if name.startswith("SUITETOKEN_")} == shared_names.VARIABLES


def test_the_template_routes_and_names_as_the_code_does(deployed: Deployed) -> None:
    """Links, the redirect URI and the queue are where the library and the command look for them."""
    routes = {each["RouteKey"] for each in deployed.of_type("ApiGatewayV2::Route").values()}
    assert {f"GET {shared_names.AUTHORIZE_PATH}{{link}}", f"GET {shared_names.CALLBACK_PATH}"} <= routes
    assert deployed.outputs["RedirectUri"] == ORIGIN + shared_names.CALLBACK_PATH
    assert deployed.properties["RotateQueue"]["QueueName"] == shared_names.name_queue("pp")


def test_every_default_prefix_is_the_same() -> None:
    """A deployment made without a prefix is the one that is read without a prefix."""
    parameters: dict[str, Any] = read_document()["Parameters"]
    said = {
        "template": parameters["Prefix"]["Default"],
        "Makefile": re.findall(r"^PREFIX \?= (\S+)$", _read("Makefile"), re.MULTILINE)[0],
        "deploy.sh": re.findall(r'^ *PREFIX="\$\{PREFIX:-([^}]+)\}"$', _read("infra/checks.sh"), re.MULTILINE)[0],
        "Ansible": re.findall(
            r'prefix = "([^"]+)" if MISSING', (COLLECTION / "module_utils/deployment.py").read_text("utf-8")
        )[0],
    }
    assert said == dict.fromkeys(said, shared_names.DEFAULT_PREFIX)


def test_nothing_names_a_variable_that_there_is_not() -> None:
    """Template, scripts, Ansible's fragment and README name no variable that is misspelt."""
    files = [PATH, ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "infra").glob("*.sh")]
    files += sorted(COLLECTION.rglob("*.py"))
    named = {name for file in files for name in re.findall(r"\bSUITETOKEN_[A-Z_]+\b", file.read_text("utf-8"))}
    assert named == shared_names.VARIABLES

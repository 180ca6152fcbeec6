"""The road of a deployment from the first `make deploy` to a second one after `make destroy`, every step checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.emulator.deployment import PREFIX, Deployment
from tests.emulator.person import Page

Step = Callable[[str], AbstractContextManager[None]]
"""Announces a step by its name, and says how it went."""


def go(deployment: Deployment, step: Step) -> None:
    """Go the whole road; an AssertionError, RoadEnds or ProgramFailed says where it ends."""
    with step("make deploy"):
        redirect_uri = deployment.deploy()
        assert redirect_uri.startswith("http://"), redirect_uri
    for name, public in (("confidential", False), ("public", True)):
        with step(f"A person consents: {name} client"):
            deployment.add(name, redirect_uri, public=public)
            check_success(deployment.consent(name))
            assert deployment.token(name)
        with step(f"Rotation by queue and function: {name} client"):
            rotate(deployment, name)
    update(deployment, step)
    revoke(deployment, step)
    again(deployment, step, redirect_uri)


def update(deployment: Deployment, step: Step) -> None:
    """Update the stack, to a key of its own and back; what is there stays, and goes on being rotated."""
    for key, days in (("own", "7"), ("aws", "14")):
        with step(f"An update of the stack: SECRETS_KEY={key}"):
            before = deployment.token("confidential")
            deployment.deploy(SECRETS_KEY=key, PARAMETERS=f"LogRetentionDays={days}")
            said = parameters(deployment)
            assert (said["SecretsKey"], said["LogRetentionDays"]) == (key, days)
            assert deployment.token("confidential") == before
            for name in ("confidential", "public"):
                rotate(deployment, name)


def revoke(deployment: Deployment, step: Step) -> None:
    """Revoke both grants: the authorization server confirms it, and readers have no token any more."""
    with step("suitetoken revoke"):
        for name in ("confidential", "public"):
            deployment.suitetoken("revoke", name, "--yes", "--wait")
            deployment.suitetoken("token", name, code=3)


def again(deployment: Deployment, step: Step, old_uri: str) -> None:
    """Destroy and deploy at once with the same prefix; secrets are found again, and a new consent works."""
    with step("make destroy"):
        deployment.make("destroy", YES="1")
        stacks = deployment.aws("cloudformation", "list-stacks", "--stack-status-filter", "CREATE_COMPLETE")
        assert PREFIX not in [it["StackName"] for it in stacks["StackSummaries"]]
    with step("make deploy at once, with the same prefix"):
        redirect_uri = deployment.deploy()
        assert redirect_uri != old_uri
        listed = deployment.suitetoken("connection", "list").split()
        assert {"confidential", "public"} <= set(listed)
    with step("A person consents in the second deployment"):
        deployment.add("second", redirect_uri, public=True)
        check_success(deployment.consent("second"))
        rotate(deployment, "second")


def rotate(deployment: Deployment, name: str) -> None:
    """Ask for a rotation, wait, and see another token published.

    A second passes before: of two tokens of one grant and one second, readers keep the first.
    """
    before = deployment.token(name)
    time.sleep(1)
    deployment.suitetoken("rotate", name, "--force", "--wait")
    assert deployment.token(name) != before, f"{name} has the token of before"


def parameters(deployment: Deployment) -> dict[str, str]:
    """Return the stack's parameters, as AWS tells them."""
    (stack,) = deployment.aws("cloudformation", "describe-stacks", "--stack-name", PREFIX)["Stacks"]
    return {it["ParameterKey"]: it["ParameterValue"] for it in stack["Parameters"]}


def check_success(page: Page) -> None:
    """See the page that says that it is done."""
    assert (page.status, "Authorized" in page.text) == (200, True), page

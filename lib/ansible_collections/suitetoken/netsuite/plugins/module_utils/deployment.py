"""What all modules share: the options that name a deployment, and suitetoken's errors as Ansible tells them."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

try:
    from suitetoken.admin.deployment import Deployment
    from suitetoken.errors import SuiteTokenError
    from suitetoken.shared_names import DEFAULT_PREFIX

    MISSING = None
except ImportError:
    MISSING = traceback.format_exc()

if TYPE_CHECKING:
    Act = Callable[[AnsibleModule, Deployment], dict[str, Any]]


def make_module(arguments: dict[str, Any], **settings: Any) -> AnsibleModule:
    """Return the module of these arguments and of those that name a deployment; fails where suitetoken is missing."""
    module = AnsibleModule(argument_spec={**arguments, **_place()}, **settings)
    if MISSING is not None:
        module.fail_json(msg=missing_required_lib("suitetoken"), exception=MISSING)
    return module


def run(module: AnsibleModule, act: Act) -> None:
    """Do what `act` does and return what it returns; an error of suitetoken fails the module in its own words.

    Beside `msg` there are `code`, a stable word for conditions, and `retryable`.
    """
    params = module.params
    try:
        result = act(module, Deployment(params["prefix"], params["region"] or None, params["profile"] or None))
    except SuiteTokenError as error:
        module.fail_json(msg=str(error), code=error.code, retryable=error.retryable)
    module.exit_json(**result)


def _place() -> dict[str, Any]:
    regions = ["AWS_REGION", "AWS_DEFAULT_REGION"]
    prefix = "suitetoken" if MISSING is not None else DEFAULT_PREFIX
    return {
        "prefix": {"type": "str", "default": prefix, "fallback": (env_fallback, ["SUITETOKEN_PREFIX"])},
        "region": {"type": "str", "aliases": ["aws_region", "ec2_region"], "fallback": (env_fallback, regions)},
        "profile": {"type": "str", "aliases": ["aws_profile"], "fallback": (env_fallback, ["AWS_PROFILE"])},
    }

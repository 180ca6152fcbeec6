"""Who is asking, on the twin: the person at this machine, whom the landing page names; moto would say `moto`."""

from __future__ import annotations

import getpass
import re

from moto.sts.models import STSBackend

_MOTO = "user/moto"
_NOT_IN_A_NAME = re.compile(r"[^\w+=,.@-]", re.ASCII)
"""What no name of an IAM user may hold."""
_uncorrected = STSBackend.get_caller_identity


def name_caller(backend: STSBackend, access_key_id: str, region: str) -> tuple[str, str, str]:
    """Return user id, ARN and account, as GetCallerIdentity does; an assumed role and a made user keep their own."""
    user_id, arn, account = _uncorrected(backend, access_key_id, region)
    return user_id, f"arn:aws:iam::{account}:user/{find_login_name()}" if arn.endswith(_MOTO) else arn, account


def find_login_name() -> str:
    """Return the name that the person is logged in by; `you` where the machine does not know one."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container whose user is a mere number
        name = ""
    return _NOT_IN_A_NAME.sub("-", name)[:64] or "you"

"""Applies the corrections to moto, for a test's own process or for a server in it, and takes them back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock, RLock
from typing import Any
from unittest.mock import patch

from moto import mock_aws
from moto.events.models import Rule
from moto.iam.access_control import IAMRequestBase
from moto.kms.responses import KmsResponse
from moto.secretsmanager.models import FakeSecret, secretsmanager_backends
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sts.models import STSBackend

from local.aws.caller import name_caller
from local.aws.enforcement import check_action_permitted
from local.aws.notices import send_to_targets
from local.aws.resources import resource_of_key_call, resource_of_secret_call
from local.aws.secrets_manager import CorrectedBackend, labelled_versions

_installed = Lock()
_one_at_a_time = RLock()
_uncorrected_call = SecretsManagerResponse.call_action


@contextmanager
def corrected_moto(now: Callable[[], float] = time.time) -> Iterator[None]:
    """Answer this process's boto3 calls by an empty, corrected moto, as `mock_aws()` does."""
    with mock_aws(), corrections(now):
        yield


@contextmanager
def corrections(now: Callable[[], float] = time.time) -> Iterator[None]:
    """Correct the moto in this process; every stored secret is dropped at both ends.

    Raises RuntimeError inside another one: moto keeps one set of data per process, and the two would share it.
    """
    if not _installed.acquire(blocking=False):
        raise RuntimeError("moto is corrected already in this process: its data cannot be shared by two.")
    with ExitStack() as undo:
        undo.callback(_installed.release)
        undo.callback(dict.clear, secretsmanager_backends)
        undo.enter_context(patch.object(CorrectedBackend, "clock", staticmethod(now)))
        undo.enter_context(patch.object(secretsmanager_backends, "backend", CorrectedBackend))
        undo.enter_context(patch.object(FakeSecret, "_form_version_ids_to_stages", labelled_versions))
        undo.enter_context(patch.object(SecretsManagerResponse, "call_action", _call_atomically))
        undo.enter_context(
            patch.object(SecretsManagerResponse, "_determine_resource", resource_of_secret_call, create=True)
        )
        undo.enter_context(patch.object(IAMRequestBase, "check_action_permitted", check_action_permitted))
        undo.enter_context(patch.object(STSBackend, "get_caller_identity", name_caller))
        undo.enter_context(patch.object(Rule, "send_to_targets", send_to_targets))
        undo.enter_context(patch.object(KmsResponse, "_determine_resource", resource_of_key_call, create=True))
        dict.clear(secretsmanager_backends)
        yield


def _call_atomically(call: SecretsManagerResponse) -> Any:
    """Answer one call at a time, as AWS does for one secret; moto's threads could interleave inside a call."""
    with _one_at_a_time:
        return _uncorrected_call(call)

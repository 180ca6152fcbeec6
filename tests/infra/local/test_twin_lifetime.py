"""A twin that was started ends without a trace."""

from __future__ import annotations

import os
import sys
import threading

import boto3
import requests

from local.twin import Twin


def test_no_trace_is_left() -> None:
    """Threads, environment, standard output and boto3's default session are as before, drivers and all."""
    threads = set(threading.enumerate())
    before = dict(os.environ), sys.stdout, boto3.DEFAULT_SESSION
    with Twin() as twin:
        twin.drive()
        assert requests.get(f"{twin.public_url}/health", timeout=10).status_code == 200
    assert (dict(os.environ), sys.stdout, boto3.DEFAULT_SESSION) == before
    for thread in set(threading.enumerate()) - threads:
        thread.join(10)
        assert not thread.is_alive()

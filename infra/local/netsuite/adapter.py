"""The simulator inside this process: a requests adapter that needs no socket and breaks as a network would."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from urllib3.exceptions import ConnectTimeoutError
from urllib3.response import HTTPResponse

from local.netsuite.app import FAULT_HEADER


class SimulatorAdapter(BaseAdapter):
    """Mount it at `https://`, and real NetSuite addresses lead to the simulator."""

    def __init__(self, app: Flask) -> None:
        """Send everything to this application."""
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer in process; raises what requests raises when a fault asks for it."""
        url = urlsplit(str(request.url))
        answer = self._app.test_client(use_cookies=False).open(
            url.path,
            base_url=f"{url.scheme}://{url.netloc}",
            query_string=url.query,
            method=request.method,
            headers=list(request.headers.items()),
            data=request.body or b"",
        )
        _break(answer.headers.get(FAULT_HEADER), request)
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = requests.structures.CaseInsensitiveDict(answer.headers.items())
        response.raw = HTTPResponse(body=io.BytesIO(answer.get_data()), preload_content=False)
        response.url = str(request.url)
        response.request = request
        response.reason = answer.status.partition(" ")[2]
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        return response

    def close(self) -> None:
        """Nothing is open."""


def _break(kind: str | None, request: requests.PreparedRequest) -> None:
    if kind == "timeout-before":
        raise requests.ConnectTimeout(ConnectTimeoutError("simulated"), request=request)
    if kind == "timeout-after":
        raise requests.ReadTimeout("simulated", request=request)
    if kind == "reset":
        raise requests.ConnectionError("simulated reset", request=request)

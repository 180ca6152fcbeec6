"""The corrected moto as a server on 127.0.0.1, in this process, so that it shares the twin's clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler
from werkzeug.serving import make_server

from local.aws.corrections import corrections
from local.aws.stacks import create_app


class _QuietHandler(MotoRequestHandler):
    """Says nothing on the terminal: a line for each call would drown what a person should read."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's name)
        logging.getLogger("local.aws").debug("%s %s", type, message % args)


@contextmanager
def aws_server(now: Callable[[], float] = time.time, port: int = 0) -> Iterator[str]:
    """Serve an empty AWS and give its endpoint URL; port 0 takes a free one. Everything is forgotten at the end."""
    with corrections(now):
        _forget_everything()
        app = DomainDispatcherApplication(create_app)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler)
        thread = Thread(target=server.serve_forever, name="aws", kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            _forget_everything()


def _forget_everything() -> None:
    BackendDict.reset()
    reset_model_data()

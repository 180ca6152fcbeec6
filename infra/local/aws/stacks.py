"""CloudFormation as it is here: there are no stacks, since the twin makes a template's resources one by one.

moto's own CloudFormation needs libraries of services that nothing here uses, and would make only some resources.
"""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.wrappers import Request, Response

_ANSWER = """<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
<Error><Type>Sender</Type><Code>ValidationError</Code><Message>There are no stacks in the local twin; \
the stack does not exist.</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId>
</ErrorResponse>"""
"""What AWS answers for a stack that does not exist (AWS CloudFormation API Reference, DescribeStacks)."""


def create_app(service: Any) -> Any:
    """Return the WSGI application of one AWS service."""
    return _answer_no_stacks if service == "cloudformation" else create_backend_app(service)


@Request.application
def _answer_no_stacks(_: Request) -> Response:
    return Response(_ANSWER, status=400, mimetype="text/xml")

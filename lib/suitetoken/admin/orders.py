"""Orders to the broker: rotate, revoke or remove a connection, sent to its group of the FIFO queue."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from suitetoken.aws.errors import translated
from suitetoken.aws.records import connection_secret
from suitetoken.aws.store import Store
from suitetoken.errors import NotFound
from suitetoken.netsuite.rules import parse_name

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

UNCONFIRMED_IS_ENOUGH = (
    "Where NetSuite does not confirm, its grant lives on until its consent ends: revoke it in NetSuite, at "
    "Setup > Users/Roles > OAuth 2.0 Authorized Applications."
)
"""What somebody must know who does not wait for NetSuite (Oracle NetSuite Help, section_157960925955)."""


def order(queue: SQSClient, store: Store, name: str, action: str, *, force: bool = False) -> None:
    """Ask the broker to act on a connection; it does so within seconds. Raises NotFound where there is none."""
    if not store.exists(connection_secret(parse_name(name, "connection"))):
        raise NotFound(
            "there is no such connection.",
            subject=store.secret_id(connection_secret(name)),
            next_step="see `suitetoken connection list`.",
        )
    body = {"connection": name, "action": action, "requested": True, **({"force": True} if force else {})}
    with translated("finding the deployment's queue", store.prefix):
        url = queue.get_queue_url(QueueName=f"{store.prefix}-rotate.fifo")["QueueUrl"]
    with translated(f"asking the broker to {action}", name):
        queue.send_message(
            QueueUrl=url, MessageBody=json.dumps(body), MessageGroupId=name, MessageDeduplicationId=str(uuid.uuid4())
        )

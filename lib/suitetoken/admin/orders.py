"""Orders to the broker: rotate, revoke or remove a connection, sent to its group of the FIFO queue.

The broker reads them in `token_broker.rotate`; what an order is about is decided in `token_broker.revocation.orders`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from suitetoken.aws.errors import translated
from suitetoken.aws.records import connection_secret
from suitetoken.aws.store import Store
from suitetoken.documents import QueueMessage
from suitetoken.errors import NotFound
from suitetoken.netsuite.rules import parse_name
from suitetoken.shared_names import name_queue

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
    message = QueueMessage(name, action, requested=True, force=force)
    with translated("finding the deployment's queue", store.prefix):
        url = queue.get_queue_url(QueueName=name_queue(store.prefix))["QueueUrl"]
    with translated(f"asking the broker to {action}", name):
        queue.send_message(
            QueueUrl=url, MessageBody=message.to_json(), MessageGroupId=name, MessageDeduplicationId=str(uuid.uuid4())
        )

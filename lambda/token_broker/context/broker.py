"""What every flow works with: the store, the token endpoint, the events, the keys, the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from suitetoken.aws.store import Store
from suitetoken.documents import Connection
from suitetoken.errors import BeingDeleted, NotFound, SuiteTokenError, Unavailable
from suitetoken.shared_names import AUTHORIZE_PATH
from suitetoken.signing.keys import KeyRing
from suitetoken.signing.links import Link, sign_link
from token_broker.context.rotation_queue import RotationQueue
from token_broker.context.settings import Settings
from token_broker.netsuite.signers import Signers
from token_broker.netsuite.token_endpoint import TokenEndpoint
from token_broker.notices.events import Events

Remaining = Callable[[], float]
"""Returns the seconds until Lambda ends this invocation."""

FRESH_LINK_SECONDS = 72 * 3600
"""How long a link lives that is sent along with an event."""
_SAVING_SECONDS = 20
_LAST_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Broker:
    """One function's tools. `now` gives epoch seconds, `worker` names this execution environment."""

    settings: Settings
    store: Store
    token_endpoint: TokenEndpoint
    events: Events
    link_keys: KeyRing
    state_keys: KeyRing
    queue: RotationQueue
    signers: Signers
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    worker: str = "worker"

    def seconds(self) -> int:
        """Return the time now in whole epoch seconds."""
        return int(self.now())

    def make_fresh_link(self, name: str, connection: Connection) -> str:
        """Return a link that authorizes the connection (again), to send to a person."""
        expires_at = self.seconds() + FRESH_LINK_SECONDS
        link = Link(name, connection.grant_id, "suitetoken", expires_at, connection.link_series)
        return f"{self.settings.public_url}{AUTHORIZE_PATH}{sign_link(link, self.link_keys.signing_key())}"

    def keep(self, save: Callable[[], object], remaining: Remaining) -> None:
        """Save what cannot be had again: tried until it works or Lambda is about to end, whatever the error.

        Only a secret that was removed meanwhile ends it at once: what was to be saved is of no use any more.
        """
        while True:
            try:
                save()
            except (NotFound, BeingDeleted):
                raise
            except SuiteTokenError:
                if remaining() < _LAST_SECONDS:
                    raise
                self.sleep(1)
            else:
                return


def refuse_late_request(remaining: Remaining, read_seconds: float) -> None:
    """Raise Unavailable unless there is time to wait for the answer and then to save it."""
    if remaining() < read_seconds + _SAVING_SECONDS:
        raise Unavailable("too little time is left for a token request.", next_step="nothing: it is tried again.")

"""One reader for all in this process who name the same connection, so that a passing object costs no reading."""

from __future__ import annotations

import os
from threading import Lock

from suitetoken.reader.forks import mend_after_fork
from suitetoken.reader.token_reader import TokenReader

_MOST_READERS = 256


class SharedReaders:
    """Readers by the connection's name and by every setting of the environment that decides what a reader reads."""

    def __init__(self) -> None:
        """Have none yet."""
        self._readers: dict[tuple[object, ...], TokenReader] = {}
        self.after_fork()
        mend_after_fork(self)

    def after_fork(self) -> None:
        """Begin with a free lock: the thread that held it may not exist in a child process."""
        self._lock = Lock()

    def find(
        self, name_or_arn: str, *, prefix: str | None = None, region: str | None = None, profile: str | None = None
    ) -> TokenReader:
        """Return the reader of a connection; the oldest is forgotten where there are too many."""
        settings = (item for item in os.environ.items() if item[0].startswith(("AWS_", "SUITETOKEN_")))
        key = (name_or_arn, prefix, region, profile, *sorted(settings))
        with self._lock:
            if key not in self._readers:
                self._readers[key] = TokenReader(name_or_arn, prefix=prefix, region=region, profile=profile)
                if len(self._readers) > _MOST_READERS:
                    del self._readers[next(iter(self._readers))]
            return self._readers[key]


share_reader = SharedReaders().find
"""Return the reader that all callers in this process share who give the same arguments in the same environment."""

"""What the template tells a function through its environment, parsed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_url
from suitetoken.shared_names import (
    CALLBACK_PATH,
    EVENT_BUS_VARIABLE,
    MONITORING_VARIABLE,
    PREFIX_VARIABLE,
    PUBLIC_URL_VARIABLE,
    QUEUE_URL_VARIABLE,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """One function's settings; a function that does not need one has it empty.

    `public_url` is the origin people see, from the template and never from a Host header. With
    `basic_monitoring` only those metrics are written that say that something is wrong.
    """

    prefix: str
    public_url: str = ""
    queue_url: str = ""
    event_bus: str = "default"
    basic_monitoring: bool = False

    @property
    def redirect_uri(self) -> str:
        """The redirection endpoint that is registered in NetSuite, byte for byte (RFC 6749 section 3.1.2)."""
        return self.public_url + CALLBACK_PATH

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the public address by https: always in AWS, never on the local twin."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the SUITETOKEN_ variables, or raise InvalidInput naming the one that is missing or wrong."""
        prefix = environ.get(PREFIX_VARIABLE, "")
        if not prefix:
            raise InvalidInput(f"{PREFIX_VARIABLE} is not set.", next_step="deploy the template again.")
        public_url = environ.get(PUBLIC_URL_VARIABLE, "")
        return cls(
            prefix=prefix,
            public_url=parse_url(public_url, PUBLIC_URL_VARIABLE) if public_url else "",
            queue_url=environ.get(QUEUE_URL_VARIABLE, ""),
            event_bus=environ.get(EVENT_BUS_VARIABLE, "default"),
            basic_monitoring=environ.get(MONITORING_VARIABLE) == "basic",
        )

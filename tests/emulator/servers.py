"""The two servers of others: the AWS emulator, and the authorization server in NetSuite's place."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.emulator.processes import Programs

_HERE = Path(__file__).parent
_USER = "ann"


@dataclass(frozen=True, slots=True)
class Registered:
    """A client as the authorization server knows it; `secret` is "" for a public one."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """django-oauth-toolkit on 127.0.0.1, with one user."""

    programs: Programs
    python: str
    url: str
    password: str = field(repr=False)
    user: str = _USER

    @property
    def overrides(self) -> list[str]:
        """What `suitetoken client add` is told about it."""
        return [
            *("--authorization-endpoint", f"{self.url}/authorize"),
            *("--token-endpoint", f"{self.url}/token"),
            *("--revocation-endpoint", f"{self.url}/revoke"),
        ]

    def register(self, redirect_uri: str, *, public: bool) -> Registered:
        """Register a client as the server's administrator does, with its own command."""
        client_id, kind = f"client-{secrets.token_hex(8)}", "public" if public else "confidential"
        options = ("--client-id", client_id, "--name", client_id, "--redirect-uris", redirect_uri)
        said = self.manage("createapplication", kind, "authorization-code", *options)
        return Registered(client_id, "" if public else said.partition("client_secret: ")[2].strip())

    def manage(self, *words: str) -> str:
        """Run one of Django's commands and return what it wrote."""
        return self.programs.run(self.python, "-m", "django", *words, "--no-color").stdout


@contextmanager
def serve_emulator(programs: Programs, scripts: Path, port: int, folder: Path) -> Iterator[None]:
    """Run ministack; it listens on 127.0.0.1 only, and none of its other listeners is asked for."""
    settings = {
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "state"),
    }
    with programs.serve(folder / "ministack.log", port, str(scripts / "ministack"), **settings):
        yield


@contextmanager
def serve_authorization(programs: Programs, scripts: Path, port: int, folder: Path) -> Iterator[AuthorizationServer]:
    """Run the authorization server over an empty database."""
    password = secrets.token_urlsafe(12)
    settings = {
        **programs.environ,
        "DJANGO_SETTINGS_MODULE": "oauth_settings",
        "PYTHONPATH": str(_HERE),
        "OAUTH_SERVER_KEY": secrets.token_urlsafe(32),
        "OAUTH_SERVER_DATABASE": str(folder / "oauth.sqlite3"),
        "DJANGO_SUPERUSER_PASSWORD": password,
    }
    own = Programs(settings, folder, programs.deadline)
    python = str(scripts / "python")
    server = AuthorizationServer(own, python, f"http://127.0.0.1:{port}", password)
    server.manage("migrate", "--verbosity", "0")
    server.manage("createsuperuser", "--noinput", "--username", _USER, "--email", "ann@example.com")
    serve = (python, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}")
    with own.serve(folder / "oauth.log", port, *serve):
        yield server

"""The cookies that the web function sets: Secure, under a name that only https can set.

On this machine, over http, they have neither: Safari's engine keeps no Secure cookie that came over http, 127.0.0.1
included (Chromium and Firefox do). `__Host-` and `__Secure-`: RFC 6265bis section 4.1.3.
"""

from __future__ import annotations

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from token_broker.context.settings import Settings

HOST, SECURE = "__Host-", "__Secure-"
"""Prefixes of names: set by this very host for its root path, or by https alone."""


def name_cookie(settings: Settings, prefix: str, name: str) -> str:
    """Return a cookie's whole name: with its prefix wherever the public address is https, as it always is in AWS."""
    return f"{prefix}{name}" if settings.is_https else name


def make_cookie(settings: Settings, name: str, value: str, *, path: str, max_age: int) -> Cookie:
    """Return a cookie that no script reads and that comes along when another site leads here; `max_age` in seconds."""
    return Cookie(
        name,
        value,
        path=path,
        secure=settings.is_https,
        http_only=True,
        max_age=max_age,
        same_site=SameSite.LAX_MODE,
    )

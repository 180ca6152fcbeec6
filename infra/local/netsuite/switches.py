"""The switches of the simulator's behaviour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """What Oracle's documentation leaves open or tells in two ways; the default is what it documents first.

    `expires_in_is_text`: the OpenID page prints `"3600"`, the OAuth pages 3600. `token_type`: `bearer` or `Bearer`.
    `signing_algorithm`: every printed token says RS256, the structure page PS256. `code_seconds`: nowhere stated.
    `replay_ends_chain`: what a second use of a one-time refresh token does to the rest. `require_pkce`: the rule for
    integrations made from 2027.1 on. `token_on_app_host`: the Postman tutorial's address. `bad_state_redirects`: how
    a bad state is told. `wrong_scope_status`: the status of a token whose scope is not for the host it is sent to.
    `revoked_certificate_ends_tokens`: whether a certificate takes along the access tokens that were got with it.
    """

    expires_in_is_text: bool = True
    token_type: str = "bearer"  # noqa: S105
    signing_algorithm: str = "RS256"
    code_seconds: int = 60
    access_token_seconds: int = 3600
    refresh_token_seconds: int = 604_800
    replay_ends_chain: bool = False
    require_pkce: bool = False
    token_on_app_host: bool = False
    bad_state_redirects: bool = False
    wrong_scope_status: int = 401
    revoked_certificate_ends_tokens: bool = False

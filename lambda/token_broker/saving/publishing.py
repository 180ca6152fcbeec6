"""Publishing: which token or problem may replace which, in the token document that readers see."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from suitetoken.aws.records import update_token
from suitetoken.aws.store import Store, Version
from suitetoken.documents import AccessToken, Problem, TokenDocument
from suitetoken.errors import BeingDeleted, NotFound


def publish_token(
    store: Store,
    name: str,
    token: AccessToken,
    seen: Version | None = None,
    still_stands: Callable[[], bool] = lambda: True,
) -> bool:
    """Make `token` the one readers get; False where a token of a later grant, or a later token, is there already.

    `seen` is the token document's version as it was read before; without it, it is read. `still_stands` is asked
    unless that is still the current version: what changed it may have been the revocation of the token's grant.
    """
    asked = 0 if seen is not None else 1

    def place(current: TokenDocument | None) -> TokenDocument | None:
        nonlocal asked
        asked += 1
        return place_token(current, token) if asked == 1 or still_stands() else None

    return update_token(store, name, place, seen) is not None


def publish_problem(store: Store, name: str, problem: Problem, authorized_at: int) -> AccessToken | None:
    """Tell readers that a person must act; a token that is still good stays. Returns the token that they have.

    `authorized_at` is when the grant that the problem is about was given; 0 where there is none.
    """
    problem = replace(problem, untold=False)
    held: TokenDocument | None = None

    def place(current: TokenDocument | None) -> TokenDocument | None:
        nonlocal held
        held = current
        return place_problem(current, problem, authorized_at)

    update_token(store, name, place)
    return held.token if held else None


def place_token(current: TokenDocument | None, token: AccessToken) -> TokenDocument | None:
    """Return the document with the token in it, or None where what is there must stay.

    A worker that was suspended must not put an older grant's token over a newer one's, nor an older token over a newer
    one of the same grant.
    A problem goes, unless it is about this very grant and was found after the token was asked for.
    """
    if current is None:
        return TokenDocument(token)
    held = current.token
    if held and not _is_newer(token, held):
        return None
    newer_problem = current.problem and held and held.grant_id == token.grant_id
    stays = newer_problem and current.problem and current.problem.since > token.issued_at
    return replace(current, token=token, problem=current.problem if stays else None)


def _is_newer(token: AccessToken, held: AccessToken) -> bool:
    """Whether a token was given later: by a later grant, or by the same grant later."""
    if token.grant_id == held.grant_id:
        return token.issued_at > held.issued_at
    return (token.authorized_at, token.issued_at) > (held.authorized_at, held.issued_at)


def place_problem(current: TokenDocument | None, problem: Problem, authorized_at: int) -> TokenDocument | None:
    """Return the document with the problem in it, or None where it belongs to a later grant or says so already."""
    if current is None:
        return TokenDocument(problem=problem)
    said = current.problem is not None and current.problem.code == problem.code
    if said or current.authorized_at > authorized_at:
        return None
    return replace(current, problem=problem)


def withdraw_token(store: Store, name: str, problem: Problem, reach: int, *, anew: bool = False) -> None:
    """Put a problem in the place of a token that was authorized until `reach` (epoch seconds).

    `anew` writes it although no token is there: a worker about to publish then finds another version than it has read.
    """

    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        later = current is not None and current.authorized_at > reach
        is_gone = current is not None and current.token is None
        return None if later or (is_gone and not anew) else TokenDocument(problem=problem)

    _change_token(store, name, withdraw)


def withdraw_stray_token(store: Store, name: str, problem: Problem) -> None:
    """Withdraw a token whose connection has no grant: the worker that revoked it died before it could withdraw it."""

    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        return TokenDocument(problem=problem) if current is not None and current.token is not None else None

    _change_token(store, name, withdraw)


def _change_token(store: Store, name: str, change: Callable[[TokenDocument | None], TokenDocument | None]) -> None:
    with contextlib.suppress(NotFound, BeingDeleted):  # no token document, so no token to withdraw
        update_token(store, name, change)

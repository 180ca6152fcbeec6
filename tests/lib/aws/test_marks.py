"""Marks: what the ids of versions say to whoever lists secrets."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.aws.marks import EVERY_SWEEP, NEVER, UNFINISHED_SECONDS, mark_connection, mark_token, read_mark
from suitetoken.documents import REVOKE, Claim, Connection, Problem, TokenDocument
from tests.samples import documents as samples
from tests.samples.tokens import NOW, make_access_token

PROBLEM = Problem("x", "y", 0)
CONNECTION = replace(Connection.from_json(json.dumps(samples.CONNECTION), "connection"), claims=())


@given(st.integers(1_000_000_000, 99_999_999_999))
def test_a_token_s_id_carries_when_it_is_due_and_is_never_the_same(refresh_at: int) -> None:
    """32 to 64 characters, as Secrets Manager asks; two versions of one document have different ids."""
    document = TokenDocument(make_access_token(refresh_at=refresh_at))
    one, other = mark_token(document) or "", mark_token(document) or ""
    mark = read_mark(one)
    assert mark is not None
    assert (mark.look_at, one != other, 32 <= len(one) <= 64) == (refresh_at, True, True)


@given(st.text(max_size=70) | st.uuids().map(str) | st.binary(min_size=32, max_size=32).map(bytes.hex))
def test_any_other_id_says_nothing(text: str) -> None:
    """Random ones, digests, and those that somebody else chose."""
    assert read_mark(text) is None


@pytest.mark.parametrize(
    "document", [None, TokenDocument(problem=PROBLEM), TokenDocument(make_access_token(), PROBLEM)]
)
def test_only_a_token_without_a_problem_has_such_an_id(document: TokenDocument | None) -> None:
    """All else is looked at in every sweep."""
    assert mark_token(document) is None


def test_the_two_documents_of_one_grant_agree() -> None:
    """And those of two grants do not."""
    connection = CONNECTION
    assert connection.grant is not None
    own, other = (
        read_mark(mark_token(TokenDocument(make_access_token(grant_id=grant_id))) or "")
        for grant_id in (connection.grant.id, "another")
    )
    mark = read_mark(mark_connection(connection) or "")
    assert mark is not None
    assert own is not None
    assert other is not None
    assert mark.grant == own.grant != other.grant
    assert mark.look_at == NEVER


def test_an_attempt_whose_end_nobody_has_seen_is_looked_at_when_nobody_is_on_its_way() -> None:
    """The earliest of several; those that ended give no reason."""
    claims = (Claim("a", NOW + 9), Claim("b", NOW), Claim("c", NOW - 9, "authorized"))
    mark = read_mark(mark_connection(replace(CONNECTION, claims=claims)) or "")
    assert mark is not None
    assert mark.look_at == NOW + UNFINISHED_SECONDS


@pytest.mark.parametrize("connection", [None, replace(CONNECTION, grant=None, claims=(Claim("a", NOW),))])
def test_a_connection_without_a_grant_has_no_mark(connection: Connection | None) -> None:
    """Readers have no token of a grant there, and each sweep looks for that."""
    assert mark_connection(connection) is None


@pytest.mark.parametrize("connection", [CONNECTION, replace(CONNECTION, grant=None)])
def test_a_connection_that_is_being_ended_is_looked_at_in_every_sweep(connection: Connection) -> None:
    """Whatever it holds yet."""
    mark = read_mark(mark_connection(replace(connection, ending=REVOKE)) or "")
    assert mark is not None
    assert mark.look_at == EVERY_SWEEP

"""How a token request can fail, and what decides all that follows: whether NetSuite may have spent what was sent."""

from __future__ import annotations

from suitetoken.errors import SuiteTokenError


class TokenRequestFailed(SuiteTokenError):
    """A token request did not give an access token.

    `maybe_spent` says whether a one-time refresh token or a code may have been used up by it: only a request that
    certainly never arrived, or was certainly refused without being looked at, may be repeated as it is.
    """

    code = "token_request_failed"
    maybe_spent = True


class NotReached(TokenRequestFailed):
    """The request never left: no name, no route, refused, or no TLS."""

    code = "netsuite_unreachable"
    maybe_spent = False
    retryable = True


class Throttled(TokenRequestFailed):
    """NetSuite answered 429 or 503: it did not look at the request."""

    code = "netsuite_throttled"
    maybe_spent = False
    retryable = True


class AnswerLost(TokenRequestFailed):
    """The request may have arrived, but no answer came back whole."""

    code = "netsuite_answer_lost"
    retryable = True


class ServerFailed(TokenRequestFailed):
    """NetSuite, or something between, answered with an error that says nothing about what was spent."""

    code = "netsuite_failed"
    retryable = True


class Unexplained(ServerFailed):
    """HTTP 4xx without an error of RFC 6749 section 5.2: a firewall, a proxy or another site has answered."""

    code = "unexplained_refusal"


class ServerRefused(ServerFailed):
    """HTTP 500 `server_error`: an outage, or NetSuite's word for a client assertion that it dislikes."""


class UnreadableAnswer(TokenRequestFailed):
    """The answer said success but is not a token response (RFC 6749 section 5.1)."""

    code = "invalid_answer"


class UnusableAnswer(UnreadableAnswer):
    """The answer is a JSON object without a usable token: unlike an outage's page, it will not pass by itself."""

    def __init__(self, message: str) -> None:
        """Say what is wrong with the answer."""
        super().__init__(message, next_step="check the client's endpoints, and what stands between.")


class GrantRefused(TokenRequestFailed):
    """`invalid_grant`: the code or refresh token is not valid, expired, revoked or another client's."""

    code = "invalid_grant"


class ClientRefused(TokenRequestFailed):
    """`invalid_client` or `unauthorized_client`: the client's credentials or its integration record are wrong."""

    code = "invalid_client"
    maybe_spent = False


class RequestRefused(TokenRequestFailed):
    """Another error of RFC 6749 section 5.2: NetSuite understood the request and turned it down."""

    code = "request_refused"
    maybe_spent = False

"""NetSuite's rules: no outside text ever chooses a host, and an endpoint stays on it."""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import (
    make_endpoints,
    make_host_id,
    parse_account_id,
    parse_url,
)

ACCOUNT_IDS = st.from_regex(r"[A-Za-z0-9]{1,30}([_-][A-Za-z0-9]{1,15})?", fullmatch=True)
NEAR_IDS = st.text(alphabet="123ASBsb_-:./@#?%\\\n\t \x00\u00b2\u0661\u2167\u017f", max_size=20) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("typed", "canonical", "host_id"),
    [
        ("1234567", "1234567", "1234567"),
        ("1234567_SB1", "1234567_SB1", "1234567-sb1"),
        ("1234567_sb1", "1234567_SB1", "1234567-sb1"),
        ("1234567-SB1", "1234567_SB1", "1234567-sb1"),
        ("1234567_RP", "1234567_RP", "1234567-rp"),
        ("TSTDRV1234567", "TSTDRV1234567", "tstdrv1234567"),
        ("td12345678", "TD12345678", "td12345678"),
    ],
)
def test_every_spelling_of_an_account_is_one_account(typed: str, canonical: str, host_id: str) -> None:
    """However an account id is typed, there is one canonical id and one host id for it."""
    assert parse_account_id(typed) == canonical
    assert make_host_id(typed) == host_id


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1234567:evil",
        "1234567.evil.com",
        "x.attacker.com#",
        "x.attacker.com/",
        "1234567@attacker.com",
        "1234567\n",
        "\n1234567",
        "1234567 ",
        "1234567/..",
        "1234567?",
        "1234567\\",
        "1234567%2e",
        "\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
        "1234567_\u017fB1",
        "1234567_\u212aB1",
        "_SB1",
        "1234567_",
        "1234567__SB1",
        "1234567_SB1_X",
        "1" * 31,
    ],
)
def test_hostile_account_ids_are_refused(typed: str) -> None:
    """What is no account id is refused before any URL could be built from it, and is not repeated in the error."""
    with pytest.raises(InvalidInput) as caught:
        make_endpoints(typed)
    assert not typed or typed not in caught.value.message


@given(NEAR_IDS | ACCOUNT_IDS)
@example("a" * 30 + "_" + "b" * 15)
def test_no_account_id_leads_outside_netsuite(typed: str) -> None:
    """Whatever text is accepted as an account id, every endpoint is an https host right below netsuite.com."""
    try:
        endpoints = make_endpoints(typed)
    except InvalidInput:
        return
    for url in dataclasses.astuple(endpoints):
        parts = urlsplit(url)
        assert parts.scheme == "https"
        assert re.fullmatch(r"[a-z0-9-]{1,63}\.(app|suitetalk\.api|restlets\.api)\.netsuite\.com", parts.netloc)
        assert parts.query == parts.fragment == ""


@given(ACCOUNT_IDS)
def test_canonical_account_id_is_stable(typed: str) -> None:
    """The canonical form of a canonical id is itself, and its host is the same as that of what was typed."""
    canonical = parse_account_id(typed)
    assert parse_account_id(canonical) == canonical
    assert make_host_id(canonical) == make_host_id(typed)


def test_token_endpoint_is_on_the_suitetalk_host() -> None:
    """Token and revocation requests go to the suitetalk host, only the person's browser goes to the app host."""
    endpoints = make_endpoints("1234567_SB1")
    assert endpoints.authorization_endpoint == "https://1234567-sb1.app.netsuite.com/app/login/oauth2/authorize.nl"
    assert (
        endpoints.token_endpoint == "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"
    )
    assert endpoints.revocation_endpoint == endpoints.token_endpoint.removesuffix("token") + "revoke"
    assert endpoints.rest_url == "https://1234567-sb1.suitetalk.api.netsuite.com"
    assert endpoints.restlet_url == "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl"


def test_an_override_replaces_only_its_endpoint() -> None:
    """An endpoint that is overridden is taken as given, without a trailing slash; the others stay NetSuite's."""
    endpoints = make_endpoints("1234567", {"rest_url": "http://127.0.0.1:8080/1234567.suitetalk.api/"})
    assert endpoints.rest_url == "http://127.0.0.1:8080/1234567.suitetalk.api"
    assert dataclasses.replace(endpoints, rest_url="") == dataclasses.replace(make_endpoints("1234567"), rest_url="")


@pytest.mark.parametrize(
    "url",
    [
        "https://proxy.example.com",
        "https://proxy.example.com:8443/netsuite",
        "http://127.0.0.1:8080",
        "http://localhost/x",
        "http://abc123.execute-api.localhost:4571",
        "http://NetSuite.localhost",
        "http://[::1]:8080/x",
    ],
)
def test_usable_urls(url: str) -> None:
    """A URL with https anywhere and http to this machine are usable, with a port and a path."""
    assert parse_url(url, "rest_url") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "proxy.example.com",
        "//proxy.example.com",
        "http://proxy.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://evillocalhost",
        "http://.localhost",
        "http://a..localhost",
        "http://a_b.localhost",
        "http://x.localhost.example.com",
        "http://localhost@example.com",
        "http://127.0.0.1@example.com",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://:443",
        "https://user:pass@example.com",
        "https://@example.com",
        "https://example.com\\@127.0.0.1",
        "https://example.com\\.netsuite.com",
        "https://example.com/?a=b",
        "https://example.com?",
        "https://example.com/#x",
        "https://example.com#",
        "https://example.com:99999",
        "https://example.com:0",
        "https://example.com:port",
        "https://[::1",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://exam\nple.com",
        "https://example.com/\u202e",
        "https://example.com\uff0fevil",
    ],
)
def test_unusable_urls(url: str) -> None:
    """A URL that could carry credentials, lose its path in a query, leave TLS or mislead a reader is refused."""
    with pytest.raises(InvalidInput, match="rest_url is not a usable URL"):
        parse_url(url, "rest_url")


@given(st.text(alphabet="htps:/@#?\\127.0localexmn[]% \n", max_size=40) | st.text(max_size=40))
def test_accepted_urls_are_plain(text: str) -> None:
    """Whatever text is accepted as a URL has a host, is https or stays on this machine, and can take a path."""
    try:
        url = parse_url(text, "rest_url")
    except InvalidInput:
        return
    followed = urlsplit(url + "/services/rest")
    assert followed.path.endswith("/services/rest")
    assert followed.hostname
    this_machine = followed.hostname in {"127.0.0.1", "::1"} or followed.hostname.split(".")[-1] == "localhost"
    assert followed.scheme == "https" or this_machine

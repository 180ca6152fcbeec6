"""The pure parsers: any text is what it should be, or one of our own errors. Coverage-guided fuzzing has these too."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from hypothesis import strategies as st

from suitetoken.admin.hosted_links import parse_duration
from suitetoken.admin.readers import parse_reader
from suitetoken.aws.policies import parse_key_arn, parse_region
from suitetoken.documents import Client, Connection, QueueMessage, TokenDocument
from suitetoken.errors import InvalidDocument, InvalidInput, InvalidSignedText
from suitetoken.netsuite.machine import parse_certificate_id, parse_key, parse_thumbprint
from suitetoken.netsuite.rules import (
    make_endpoints,
    parse_account_id,
    parse_client_id,
    parse_client_secret,
    parse_internal_id,
    parse_name,
    parse_scope,
    parse_url,
)
from suitetoken.reader.names import parse_token_name
from suitetoken.reader.secret_value import parse_date
from suitetoken.signing.links import (
    Key,
    Link,
    Result,
    State,
    sign_link,
    sign_result,
    sign_state,
    verify_link,
    verify_result,
    verify_state,
)
from tests.fuzz.damage import ODD_TEXTS, damaged_texts, one_of
from tests.fuzz.laws import hold_our_own_error, hold_short
from tests.fuzz.target import Target
from tests.fuzz.token_answers import check_claims, check_parsing
from tests.samples.tokens import NOW, make_access_jwt, make_answer
from token_broker.languages.words import LANGUAGES, choose_language
from token_broker.netsuite.assertion import MalformedSignature, to_raw

KEY = Key("11111111-2222-3333-4444-555555555555", "key-canary-" + "k" * 40)


def check_account_id(text: str) -> None:
    """An account id leads below netsuite.com, or it is none."""
    try:
        account_id = parse_account_id(text)
    except InvalidInput:
        return
    assert parse_account_id(account_id) == account_id
    for url in vars_of(make_endpoints(account_id)):
        host = urlsplit(url).hostname or ""
        assert host.endswith(".netsuite.com")
        assert host.count(".") in (3, 4)


def vars_of(endpoints: object) -> list[str]:
    """Return the addresses of all endpoints."""
    return [getattr(endpoints, name) for name in type(endpoints).__dataclass_fields__]  # type: ignore[attr-defined]


def check_url(text: str) -> None:
    """A URL that is taken is https, or http to this machine, and names no user."""
    try:
        url = parse_url(text, "token_endpoint")
    except InvalidInput:
        return
    parts = urlsplit(url)
    assert parts.scheme == "https" or is_this_machine(parts.hostname or "")
    assert parts.username is None
    assert not parts.query
    assert url.isprintable()


def is_this_machine(host: str) -> bool:
    """Whether a host is on the loopback by its address or its last label (RFC 6761 section 6.3)."""
    return host in ("127.0.0.1", "::1") or host.split(".")[-1] == "localhost"


def check_name(text: str) -> None:
    """A name that is taken is one part of a secret's name, and no pattern."""
    for kind in ("client", "connection"):
        try:
            name = parse_name(text, kind)
        except InvalidInput:
            continue
        assert name == text
        assert not set(name) & set("/*?[]${}: \n")
    try:
        assert parse_token_name(text, "suitetoken").secret_id.startswith(("suitetoken/token/", "arn:"))
    except InvalidInput:
        return


PARSERS: tuple[Callable[[str], object], ...] = (
    *(parse_scope, parse_client_id, parse_client_secret, parse_certificate_id, parse_key, parse_thumbprint),
    *(parse_duration, parse_reader, parse_region, parse_key_arn),
    lambda text: parse_internal_id(text, "role"),
)


def check_form(text: str) -> None:
    """What a person types for anything else is taken or refused, and a refusal can be printed."""
    for parse in PARSERS:
        try:
            parse(text)
        except InvalidInput as error:
            hold_short(error)


def check_signed(text: str) -> None:
    """What was not signed here is refused, before anything in it is believed; the refusal quotes none of it."""
    for verify in (verify_link, verify_state, verify_result):
        try:
            found = verify(text, lambda key_id: KEY if key_id == KEY.id else None, NOW)
        except InvalidSignedText as error:
            hold_short(error)
            hold_our_own_error(error)
        else:
            assert text in SIGNED, found


SIGNED = (
    sign_link(Link("finance", "none", "somebody", NOW + 3600), KEY),
    sign_state(State("finance", "none", "n" * 22, NOW), KEY),
    sign_result(Result("authorized", "finance", NOW, {"role": "1017"}), KEY),
)


def check_message(text: str) -> None:
    """A queue message names one of our actions and a possible name, or it is dropped."""
    try:
        message = QueueMessage.from_json(text)
    except InvalidInput as error:
        hold_short(error)
        return
    assert parse_name(message.connection, "connection") == message.connection
    assert len(message.correlation_id) <= 64


def check_document(text: str) -> None:
    """A document is read and written again the same, or it is invalid and shows none of its values."""
    for kind in (Client, Connection, TokenDocument):
        try:
            document = kind.from_json(text, "it")
        except InvalidDocument as error:
            hold_our_own_error(error)
        else:
            written = document.to_json()
            assert kind.from_json(written, "it").to_json() == written


def check_header(text: str) -> None:
    """A browser's languages and a store's date are one of ours, and a time or none."""
    assert choose_language(text, text) in LANGUAGES
    assert choose_language("", f"zh;q={text}") in LANGUAGES
    date = parse_date(text)
    assert date is None or isinstance(date, float)


def check_signature(text: str) -> None:
    """A DER signature becomes two numbers of the right length, or it is malformed."""
    try:
        raw = to_raw(text.encode("latin-1", "replace"), 32)
    except MalformedSignature:
        return
    assert len(raw) == 64


_WHOLE = {
    "account ids": ["1234567_SB1", "tstdrv1234567-rp"],
    "addresses": ["https://x.example:8443/token", "http://127.0.0.1:8080/token", "http://[::1]:1/"],
    "names": ["finance-prod", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:suitetoken/token/finance-AbCdEf"],
    "other forms": [
        "restlets rest_webservices",
        "-5",
        "key/finance/2",
        "24h",
        "eu-west-1",
        "arn:aws:iam::123456789012:role/x",
    ],
    "signed texts": list(SIGNED),
    "texts of messages": ['{"connection": "finance", "action": "rotate", "force": true}'],
    "texts of documents": [
        '{"account_id": "1234567", "client_id": "x", "client_secret": "y"}',
        '{"client": "a", "scope": "restlets", "grant": {"id": "x", "refresh_token": "canary", "expires_at": 5}}',
        '{"problem": {"code": "x", "message": "y", "since": 5}}',
    ],
    "headers": ["zh-TW;q=0.9, en;q=0.8", "Tue, 15 Jan 2027 08:00:00 GMT"],
    "signatures": ["0\x06\x02\x01\x05\x02\x01\x07"],
    "texts of token responses": [make_answer(), json.dumps({"access_token": "canary", "token_type": "bearer"})],
    "texts of tokens": [make_access_jwt()],
}
CHECKS: dict[str, Callable[[str], None]] = {
    "account ids": check_account_id,
    "addresses": check_url,
    "names": check_name,
    "other forms": check_form,
    "signed texts": check_signed,
    "texts of messages": check_message,
    "texts of documents": check_document,
    "headers": check_header,
    "signatures": check_signature,
    "texts of token responses": check_parsing,
    "texts of tokens": check_claims,
}


def list_seeds(name: str) -> list[str]:
    """Return the whole texts that fuzzing of a parser begins with."""
    return _WHOLE[name]


def _texts(name: str) -> st.SearchStrategy[str]:
    whole = one_of(_WHOLE[name])
    return whole.flatmap(damaged_texts) | ODD_TEXTS | whole


TARGETS = tuple(Target(name, _texts(name), check, share=4) for name, check in CHECKS.items())

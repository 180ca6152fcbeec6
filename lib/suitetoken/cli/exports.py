"""A token in the forms that other tools read. Pure.

Sources: Postman's collection format v2.1.0 and its environment export, Hoppscotch's environment schema (version 2),
curl's manual (--config).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suitetoken.documents import AccessToken
from suitetoken.errors import InvalidDocument
from suitetoken.netsuite.rules import make_endpoints

_COLLECTION_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_SECRET = "NETSUITE_ACCESS_TOKEN"  # noqa: S105 (the variable's name)


@dataclass(frozen=True, slots=True)
class Form:
    """How a token is written, and whether the text holds it."""

    write: Callable[[str, AccessToken], str]
    is_secret: bool = True


def make_variables(token: AccessToken) -> dict[str, str]:
    """Return the names and values that scripts and tools find; each is printable and holds no quote."""
    variables = {
        _SECRET: token.access_token,
        "NETSUITE_REST_URL": token.rest_url,
        "NETSUITE_RESTLET_URL": token.restlet_url,
        "NETSUITE_ACCOUNT_ID": token.account_id,
    }
    for name, value in variables.items():
        if not value.isprintable() or any(character in value for character in "'\"\\ "):
            raise InvalidDocument(
                f"the value for {name} has characters that no {name.removeprefix('NETSUITE_').lower()} has.",
                subject=token.account_id,
            )
    return variables


def make_settings(token: AccessToken) -> dict[str, str]:
    """Return the OAuth 2.0 settings with which a person could get a token of their own from this account.

    Where the account is reached in another way than NetSuite's own, the endpoints are those that the token document
    names; one that was published before documents had them names none.
    """
    own = make_endpoints(token.account_id)
    known = (own.authorization_endpoint, own.token_endpoint) if own.rest_url == token.rest_url else ("", "")
    settings = {
        "NETSUITE_AUTHORIZATION_ENDPOINT": token.authorization_endpoint or known[0],
        "NETSUITE_TOKEN_ENDPOINT": token.token_endpoint or known[1],
        "NETSUITE_SCOPE": " ".join(token.scope),
    }
    return {name: value for name, value in settings.items() if value}


def write_dotenv(token: AccessToken) -> str:
    """Return lines that shells and dotenv libraries read alike."""
    return "".join(f"{name}='{value}'\n" for name, value in make_variables(token).items())


def write_curl(token: AccessToken) -> str:
    """Return a file for curl's --config."""
    return f'header = "Authorization: Bearer {make_variables(token)[_SECRET]}"\n'


def write_postman(connection: str, token: AccessToken) -> str:
    """Return an environment for Postman: the token and its addresses, and the settings of OAuth 2.0."""
    variables = {**make_variables(token), **make_settings(token)}
    return _to_json(
        {
            "name": f"NetSuite {connection}",
            "values": [
                {"key": name, "value": value, "type": "secret" if name == _SECRET else "default", "enabled": True}
                for name, value in variables.items()
            ],
            "_postman_variable_scope": "environment",
        }
    )


def write_postman_collection(connection: str) -> str:
    """Return a collection that authorizes by OAuth 2.0 with what the environment holds; it holds no token itself."""
    settings = {
        "accessToken": f"{{{{{_SECRET}}}}}",
        "addTokenTo": "header",
        "headerPrefix": "Bearer",
        "tokenName": f"NetSuite {connection}",
        "grant_type": "authorization_code_with_pkce",
        "challengeAlgorithm": "S256",
        "authUrl": "{{NETSUITE_AUTHORIZATION_ENDPOINT}}",
        "accessTokenUrl": "{{NETSUITE_TOKEN_ENDPOINT}}",
        "scope": "{{NETSUITE_SCOPE}}",
        "client_authentication": "header",
    }
    auth = [{"key": name, "value": value, "type": "string"} for name, value in settings.items()]
    query = {"mode": "raw", "raw": '{"q": "SELECT id, companyname FROM customer ORDER BY id"}'}
    prefer = [{"key": "Prefer", "value": "transient"}, {"key": "Content-Type", "value": "application/json"}]
    return _to_json(
        {
            "info": {"name": f"NetSuite {connection}", "schema": _COLLECTION_SCHEMA},
            "auth": {"type": "oauth2", "oauth2": auth},
            "item": [
                _make_item("Record types", "GET", "{{NETSUITE_REST_URL}}/services/rest/record/v1/metadata-catalog"),
                _make_item(
                    "SuiteQL",
                    "POST",
                    "{{NETSUITE_REST_URL}}/services/rest/query/v1/suiteql?limit=100",
                    header=prefer,
                    body=query,
                ),
                _make_item("RESTlet", "GET", "{{NETSUITE_RESTLET_URL}}?script={{script}}&deploy={{deploy}}"),
            ],
        }
    )


def write_hoppscotch(connection: str, token: AccessToken) -> str:
    """Return an environment for Hoppscotch."""
    variables = {**make_variables(token), **make_settings(token)}
    found = [
        {"key": name, "initialValue": value, "currentValue": value, "secret": name == _SECRET}
        for name, value in variables.items()
    ]
    return _to_json([{"v": 2, "id": f"netsuite-{connection}", "name": f"NetSuite {connection}", "variables": found}])


FORMS: dict[str, Form] = {
    "curl": Form(lambda _, token: write_curl(token)),
    "dotenv": Form(lambda _, token: write_dotenv(token)),
    "hoppscotch": Form(write_hoppscotch),
    "postman": Form(write_postman),
    "postman-collection": Form(lambda connection, _: write_postman_collection(connection), is_secret=False),
}


def _make_item(name: str, method: str, url: str, **parts: Any) -> dict[str, Any]:
    return {"name": name, "request": {"method": method, "url": url, **parts}}


def _to_json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"

"""Rules for connections without a person: what NetSuite takes is taken, all else refused with the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from suitetoken.errors import InvalidInput
from suitetoken.netsuite import machine


@pytest.mark.parametrize(
    ("parse", "good"),
    [
        (machine.parse_grant_type, "client_credentials"),
        (machine.parse_algorithm, "PS256"),
        (machine.parse_key, "key/finance-prod"),
        (machine.parse_key, "key/finance-prod/12"),
        (machine.parse_key, "arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-0123456789abcdef"),
        (machine.parse_certificate_id, "NPMnRyPg-WDWhPiAbisjKiH0fqnBpjOZ367wDTe0pqA"),
        (machine.parse_thumbprint, "0123456789abcdef" * 4),
        (machine.parse_days, 730),
        (machine.parse_days, 1),
    ],
)
def test_what_netsuite_takes(parse: Callable[[Any], Any], good: object) -> None:
    """A good value comes back as it is."""
    assert parse(good) == good


@pytest.mark.parametrize(
    ("parse", "bad", "way_out"),
    [
        (machine.parse_grant_type, "password", "client_credentials"),
        (machine.parse_algorithm, "RS256", "PS256"),
        (machine.parse_key_spec, "RSA_2048", "RSA_3072"),
        (machine.parse_key_spec, "ECC_SECG_P256K1", "ECC_NIST_P256"),
        (machine.parse_key, "alias/suitetoken-finance", "ARN"),
        (machine.parse_key, "key/a/../../client/acme", "ARN"),
        (machine.parse_certificate_id, "two words", "Setup > Integration"),
        (machine.parse_certificate_id, "", "Setup > Integration"),
        (machine.parse_days, 731, "730"),
        (machine.parse_days, 0, "730"),
    ],
)
def test_what_is_refused(parse: Callable[[Any], Any], bad: object, way_out: str) -> None:
    """A bad value is refused, and the error says what to give instead."""
    with pytest.raises(InvalidInput) as caught:
        parse(bad)
    assert way_out in str(caught.value.next_step)


@pytest.mark.parametrize("spec", machine.KEY_SPECS)
def test_each_kind_of_key_has_its_algorithm(spec: machine.KeySpec) -> None:
    """Every kind of key is found by its name, and what it signs with is an algorithm of ours."""
    assert machine.parse_key_spec(spec.name) is spec
    assert machine.ALGORITHMS[spec.algorithm].kms_algorithm == spec.kms_algorithm


def test_no_machine_gets_mcp() -> None:
    """The scope mcp is a person's to grant."""
    machine.refuse_scope(("restlets", "rest_webservices"))
    with pytest.raises(InvalidInput):
        machine.refuse_scope(("mcp",))

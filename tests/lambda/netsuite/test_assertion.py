"""Client assertions are what NetSuite asks for, and signatures change their form without changing their meaning."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.netsuite.machine import ALGORITHMS
from tests.samples.machines import make_key
from tests.samples.tokens import NOW
from token_broker.netsuite.assertion import MalformedSignature, finish, make_claims, make_signing_input, to_raw

TOKEN = "https://1234567.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"
SIZES = st.sampled_from([32, 48, 66])


@st.composite
def signatures(draw: st.DrawFn) -> tuple[int, int, int]:
    """Two numbers that fit a curve, and how long the curve's numbers are."""
    size = draw(SIZES)
    numbers = st.integers(1, 256**size - 1) | st.sampled_from([1, 127, 128, 255, 256, 256**size // 2, 256**size - 1])
    return draw(numbers), draw(numbers), size


@given(signatures())
def test_der_becomes_two_numbers_of_full_length(signature: tuple[int, int, int]) -> None:
    """Whatever the numbers' own length, sign bit included."""
    r, s, size = signature
    raw = to_raw(encode_dss_signature(r, s), size)
    assert (int.from_bytes(raw[:size], "big"), int.from_bytes(raw[size:], "big"), len(raw)) == (r, s, 2 * size)


@given(signatures(), st.data())
def test_a_cut_or_longer_signature_is_malformed(signature: tuple[int, int, int], data: st.DataObject) -> None:
    """Nothing is filled up and nothing left over."""
    r, s, size = signature
    der = encode_dss_signature(r, s)
    with pytest.raises(MalformedSignature):
        to_raw(der[: data.draw(st.integers(0, len(der) - 1))], size)
    with pytest.raises(MalformedSignature):
        to_raw(der + b"\x00", size)


@given(st.binary(max_size=150), SIZES)
def test_any_bytes_are_a_signature_or_malformed(data: bytes, size: int) -> None:
    """And what is taken for one has the right length."""
    try:
        assert len(to_raw(data, size)) == 2 * size
    except MalformedSignature:
        return


@given(signatures())
def test_a_number_of_another_curve_is_malformed(signature: tuple[int, int, int]) -> None:
    """A P-521 signature is no P-256 one."""
    with pytest.raises(MalformedSignature):
        to_raw(encode_dss_signature(signature[0], 256**32), 32)


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512"])
def test_a_finished_assertion_verifies_elsewhere(algorithm: str) -> None:
    """PyJWT reads what we wrote, claim for claim."""
    key = make_key(algorithm)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    claims = make_claims("a" * 64, TOKEN, ["restlets", "rest_webservices"], NOW, "number")
    signing_input = make_signing_input(algorithm, "kid-1", claims)
    digest = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}[algorithm]
    der = key.sign(signing_input.encode(), ec.ECDSA(digest))
    assertion = finish(signing_input, to_raw(der, ALGORITHMS[algorithm].number_bytes))
    options = {"verify_exp": False, "verify_iat": False}
    read = jwt.decode(assertion, key.public_key(), [algorithm], audience=TOKEN, options=options)  # type: ignore[arg-type]
    assert read == claims
    assert jwt.get_unverified_header(assertion) == {"typ": "JWT", "alg": algorithm, "kid": "kid-1"}


def test_the_claims_are_netsuites() -> None:
    """Dated a minute back, good for minutes, the scope a list."""
    assert make_claims("a" * 64, TOKEN, ("restlets",), NOW, "number") == {
        "iss": "a" * 64,
        "aud": TOKEN,
        "scope": ["restlets"],
        "iat": NOW - 60,
        "exp": NOW + 240,
        "jti": "number",
    }

"""The signing layer: what it must hold, and that only the rotate function gets it, and only on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from package import BuildFailed
from signing_layer import PLACE, REQUIREMENTS, check, is_arm64
from tests.stacks.template import deploy

ARM64 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xb7\x00" + bytes(40)
X86_64 = ARM64.replace(b"\xb7\x00", b"\x3e\x00")


def make_layer(folder: Path, machine_code: bytes) -> Path:
    """Return a layer with one file of machine code."""
    (folder / PLACE).mkdir()
    (folder / PLACE / "_rust.abi3.so").write_bytes(machine_code)
    return folder


def test_machine_code_for_the_functions_processor(tmp_path: Path) -> None:
    """arm64 is taken."""
    check(make_layer(tmp_path, ARM64))
    assert is_arm64(ARM64[:20])


@pytest.mark.parametrize(("code", "word"), [(X86_64, "arm64"), (b"print()", "no machine code")])
def test_a_layer_that_cannot_sign_is_refused(tmp_path: Path, code: bytes, word: str) -> None:
    """Another processor's code, or none at all."""
    with pytest.raises(BuildFailed, match=word):
        check(make_layer(tmp_path, code))


def test_a_layer_that_is_too_heavy_is_refused(tmp_path: Path) -> None:
    """As the artefact is."""
    with pytest.raises(BuildFailed, match="most"):
        check(make_layer(tmp_path, ARM64 + bytes(20_000_000)))


def test_its_requirements_are_pinned_as_those_of_the_tests() -> None:
    """What signs here in the tests is what signs there."""
    here = Path(REQUIREMENTS).with_name("dev.txt").read_text("utf-8")
    pinned = [line.split(" ")[0] for line in REQUIREMENTS.read_text("utf-8").splitlines() if line[:1].isalpha()]
    assert {name.partition("==")[0] for name in pinned} == {"cffi", "cryptography", "pycparser"}
    assert all(f"\n{name} " in here for name in pinned)


def test_only_the_rotate_function_gets_it_and_only_on_request() -> None:
    """By default there is no layer anywhere."""
    without, with_it = deploy(Prefix="pp"), deploy(Prefix="pp", SigningLayer="true")
    assert "SigningLibrary" not in without.properties
    assert with_it.properties["SigningLibrary"]["Content"] == "../.build/signing-layer.zip"
    for name in ("WebFunction", "SweepFunction", "RotateFunction"):
        assert "Layers" not in without.properties[name]
        expected = ["<SigningLibrary>"] if name == "RotateFunction" else None
        assert with_it.properties[name].get("Layers") == expected

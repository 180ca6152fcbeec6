"""The template to launch without this repository: its code is in a bucket of one's own, named by parameters."""

from __future__ import annotations

from pathlib import Path

from release.tree import ReleaseRefused

FILES = {"../.build/broker.zip": "broker.zip", "../.build/signing-layer.zip": "signing-layer.zip"}
_PARAMETERS = """Parameters:
  CodeBucket:
    Type: String
    AllowedPattern: "^[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9]$"
    ConstraintDescription: the name of a bucket in the region of this stack.
    Description: The bucket that broker.zip and signing-layer.zip of this release were put into.
  CodePrefix:
    Type: String
    Default: suitetoken/{version}/
    AllowedPattern: "^([A-Za-z0-9._-]+/)*$"
    ConstraintDescription: folders, each with a slash at its end, or empty.
    Description: The folder in that bucket. Another release is in another folder, or its code would not go live.
"""


def make_launch_template(template: str, version: str) -> str:
    """Return the template with its code in a bucket, and this version as its release.

    Raises ReleaseRefused where a place to change is not found: the result would be half of each.
    """
    launched = _replace(template, "Parameters:\n", _PARAMETERS.format(version=version), once=True)
    for path, name in FILES.items():
        for field in ("Code", "Content"):
            place = f"      {field}: {path}\n"
            if place in launched:
                launched = launched.replace(place, _in_bucket(field, name))
    release = "  Release:\n    Type: String\n"
    launched = _replace(launched, release, f"{release}    Default: {version}\n", once=True)
    if any(path in launched for path in FILES):
        raise ReleaseRefused("infra/template.yaml names the artefact in a way that the launch template does not know.")
    return launched


def write_launch_template(root: Path, target: Path, version: str) -> Path:
    """Write the launch template of the tree at `root`."""
    text = make_launch_template((root / "infra" / "template.yaml").read_text(encoding="utf-8"), version)
    written = target / "launch.yaml"
    written.write_text(text, encoding="utf-8")
    return written


def _in_bucket(field: str, name: str) -> str:
    return f"      {field}:\n        S3Bucket: !Ref CodeBucket\n        S3Key: !Sub ${{CodePrefix}}{name}\n"


def _replace(text: str, place: str, by: str, *, once: bool) -> str:
    if text.count(f"\n{place}") != int(once):
        raise ReleaseRefused(f"infra/template.yaml has no one place {place.splitlines()[0]!r} to change.")
    return text.replace(f"\n{place}", f"\n{by}")

"""The Ansible collection as one file, in the layout of `ansible-galaxy collection build`, the same bytes each time."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

COLLECTION = Path("lib/ansible_collections/suitetoken/netsuite")


def build_collection(root: Path, target: Path, made_at: int) -> Path:
    """Let Ansible build the collection, then give its file one time (`made_at`, epoch seconds) and one order."""
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    with tempfile.TemporaryDirectory() as folder:
        home = {**os.environ, "ANSIBLE_HOME": folder, "HOME": folder, "LC_ALL": "C.UTF-8"}
        command = [str(galaxy), "collection", "build", "--output-path", folder, str(root / COLLECTION)]
        subprocess.run(command, check=True, capture_output=True, env=home)  # noqa: S603
        (built,) = Path(folder).glob("*.tar.gz")
        packed = target / built.name
        packed.write_bytes(_pack_again(built, made_at))
    return packed


def _pack_again(built: Path, made_at: int) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(built) as old, tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = made_at, 0, 0, "", ""
            member.pax_headers = {}  # the fractions of the old times
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(plain.getvalue(), mtime=made_at)

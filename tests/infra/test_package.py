"""The artefact: what belongs into it, that the same input gives the same bytes, and what is refused.

Building it needs a package registry, so `make package` checks its own result; here are its parts, on small trees.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import package
from artefact import copy_needed, differing_names, is_needed, list_files, weigh, zip_folder

ROOT = Path(__file__).parents[2]
NAMES = st.from_regex(r"[a-c]{1,2}(/[d-f]{1,2}){1,2}\.py", fullmatch=True)
TREES = st.dictionaries(NAMES, st.binary(max_size=40), min_size=1, max_size=6)


def test_nothing_in_the_artefact_sends_traces() -> None:
    """No tracing library is carried, and the functions start without one: Lambda's own traces hold nothing of ours."""
    tracers = ("aws_xray_sdk", "opentelemetry")
    carried = (ROOT / "requirements/lambda.txt").read_text(encoding="utf-8")
    assert not any(tracer.replace("_", "-") in carried for tracer in tracers)
    start = "import sys, token_broker.web, token_broker.sweep, token_broker.rotate; print(*sys.modules)"
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'lib'}:{ROOT / 'lambda'}"}
    loaded = subprocess.run([sys.executable, "-c", start], env=environ, check=True, capture_output=True, text=True)  # noqa: S603
    assert not {name.partition(".")[0] for name in loaded.stdout.split()} & set(tracers)


def make_tree(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files, in the order given."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "bin/jp.py",
        "requests/__pycache__/api.cpython-313.pyc",
        "certifi/tests/test_certify.py",
        "markupsafe-stubs/__init__.pyi",
        "markupsafe/_speedups.c",
        "charset_normalizer/md.cpython-313-aarch64-linux-gnu.so",
        "requests-2.0.dist-info/RECORD",
        "suitetoken/cli/main.py",
        "suitetoken/py.typed",
    ],
)
def test_needless_files_stay_out(name: str) -> None:
    """What no function opens is not carried to Lambda."""
    assert not is_needed(name)


@pytest.mark.parametrize(
    "name",
    [
        "requests/api.py",
        "certifi/cacert.pem",
        "charset_normalizer/md.py",
        "requests-2.0.dist-info/METADATA",
        "requests-2.0.dist-info/licenses/LICENSE",
        "suitetoken/store.py",
        "token_broker/pages/templates/style.css",
        "token_broker/pages/templates/landing.html",
    ],
)
def test_what_is_used_stays(name: str) -> None:
    """Code, certificates, page templates, and what says which version and licence a package has, are carried."""
    assert is_needed(name)


def test_package_is_copied_to_its_place(tmp_path: Path) -> None:
    """A package of a source root keeps its name; its neighbours and what is needless stay behind."""
    source = make_tree(
        tmp_path / "lib", {"a/x.py": b"1", "a/cli/y.py": b"2", "a/__pycache__/x.pyc": b"3", "b/z.py": b""}
    )
    copy_needed(source, tmp_path / "target", "a")
    assert [name for name, _ in list_files(tmp_path / "target")] == ["a/cli/y.py", "a/x.py"]


@given(TREES, st.randoms(use_true_random=False), st.integers(0, 2_000_000_000))
def test_zip_depends_on_names_and_contents_only(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], shuffled: random.Random, seconds: int
) -> None:
    """Neither the order in which files were written nor their times and modes change a byte."""
    one = make_tree(tmp_path_factory.mktemp("one"), files)
    names = shuffled.sample(list(files), len(files))
    other = make_tree(tmp_path_factory.mktemp("other"), {name: files[name] for name in names})
    for _, path in list_files(other):
        os.utime(path, (seconds, seconds))
        path.chmod(0o600)
    assert zip_folder(one) == zip_folder(other)


@given(TREES)
def test_zip_holds_every_file(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    """What Lambda unpacks is what was packed, readable for the user it runs as."""
    archive = zipfile.ZipFile(io.BytesIO(zip_folder(make_tree(tmp_path_factory.mktemp("tree"), files))))
    assert {name: archive.read(name) for name in archive.namelist()} == files
    assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


def test_difference_between_builds_is_named(tmp_path: Path) -> None:
    """When a second build differs, the files to look at are named: changed, added and missing ones."""
    one = zip_folder(make_tree(tmp_path / "one", {"same.py": b"s", "changed.py": b"1", "missing.py": b""}))
    other = zip_folder(make_tree(tmp_path / "other", {"same.py": b"s", "changed.py": b"2", "added.py": b""}))
    assert differing_names(one, other) == ["added.py", "changed.py", "missing.py"]
    with pytest.raises(package.BuildFailed, match=r"added\.py, changed\.py, missing\.py"):
        package.check_same(one, other)


def test_same_builds_are_accepted(tmp_path: Path) -> None:
    """Two builds with the same bytes pass."""
    archive = zip_folder(make_tree(tmp_path, {"a.py": b""}))
    package.check_same(archive, bytes(archive))


def test_heavy_artefact_is_refused() -> None:
    """More than 20 MB unzipped is refused, and the message says how much it was."""
    package.check_size(20_000_000)
    with pytest.raises(package.BuildFailed, match=r"20\.1 MB"):
        package.check_size(20_100_000)


def test_machine_code_is_refused(tmp_path: Path) -> None:
    """A file that fits one processor only is refused by its first bytes, not by its name; the message names it."""
    folder = make_tree(tmp_path, {"a/b.py": b"x = 1", "a/c.pyc": b"\xf3\r\r\n", "a/data.bin": b"\x7f"})
    package.check_pure(folder)
    make_tree(folder, {"a/fast.abi3.dylib": b"\xcf\xfa\xed\xfe\x00", "a/fast.so.1": b"\x7fELF\x02\x01"})
    with pytest.raises(package.BuildFailed, match=r"a/fast\.abi3\.dylib, a/fast\.so\.1"):
        package.check_pure(folder)


def test_byte_code_names_the_place_on_lambda(tmp_path: Path) -> None:
    """Byte code made in two folders is the same: it names /var/task, where Lambda unpacks it."""
    folders = [make_tree(tmp_path / name, {"a/b.py": b"def f(): return {'x', 'y', 'z'}"}) for name in ("one", "two")]
    for folder in folders:
        package.precompile(folder, Path(sys.executable))
    assert zip_folder(folders[0]) == zip_folder(folders[1])
    (code,) = [path for name, path in list_files(folders[0]) if name.endswith(".pyc")]
    assert b"/var/task/a/b.py" in code.read_bytes()


CODE = b"import jmespath\n\n\ndef handler(): ...\n"
HANDLERS = {f"token_broker/{name}.py": CODE for name in ("web", "sweep", "rotate")}


def test_handlers_that_import_are_accepted(tmp_path: Path) -> None:
    """What Lambda brings along is at hand, although the artefact does not carry it; each import is measured."""
    seconds = package.check_imports(make_tree(tmp_path, HANDLERS), Path(sys.executable))
    assert list(seconds) == ["token_broker.web", "token_broker.sweep", "token_broker.rotate"]
    assert all(taken > 0 for taken in seconds.values())


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(b"import click", "No module named 'click'"), (b"def start(): ...", "has no attribute 'handler'")],
)
def test_handler_that_would_fail_on_lambda_is_refused(tmp_path: Path, broken: bytes, reason: str) -> None:
    """A library that is installed here and missing in the artefact is noticed, and so is a missing handler."""
    folder = make_tree(tmp_path, HANDLERS | {"token_broker/rotate.py": broken})
    with pytest.raises(package.BuildFailed, match=reason):
        package.check_imports(folder, Path(sys.executable))


def test_python_that_is_not_here_is_none() -> None:
    """Without the runtime's Python the artefact is built all the same, and says that it is not precompiled."""
    assert package.find_python("3.99") is None


@pytest.mark.parametrize(("precompiled", "words"), [(True, "precompiled for Python 3.13"), (False, "NOT precompiled")])
def test_result_is_described(tmp_path: Path, precompiled: bool, words: str) -> None:
    """The number of files, both sizes, the import times, the digest, and whether it is precompiled, are printed."""
    folder = make_tree(tmp_path, {"a.py": b"x" * 1_000_000, "b.py": b""})
    text = package.describe(folder, b"zipped", {"token_broker.web": 0.25}, {}, precompiled=precompiled)
    assert weigh(folder) == 1_000_000
    assert "imports here, boto3 included: web 250 ms" in text
    assert "runtime client: not measured" in text
    assert "2 files, 1.0 MB unzipped, 0.0 MB zipped" in text
    assert words in text
    assert "sha256 " in text


def test_help_builds_nothing() -> None:
    """--help says what would be done."""
    result = CliRunner().invoke(package.main, ["--help"])
    assert result.exit_code == 0
    assert "broker.zip" in result.output


def test_artefact_has_no_library_of_the_runtime() -> None:
    """What Lambda's runtime brings along is not pinned for the artefact."""
    pinned = {line.split("==")[0] for line in package.REQUIREMENTS.read_text("utf-8").splitlines() if "==" in line}
    assert pinned
    assert not pinned & {"boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six"}

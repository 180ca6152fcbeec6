"""What belongs into the Lambda artefact, and how a folder becomes the same zip file every time."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

NEEDLESS = (
    "bin/*",
    ".lock",
    "*/__pycache__/*",
    "*/tests/*",
    "*-stubs/*",
    "*.pyi",
    "*/py.typed",
    "*.c",
    "*.h",
    # Compiled parts only make faster what the same package has in Python. Without them the bytes fit any processor, so
    # what runs on Lambda is exactly what is tested on the machine that built it.
    "*.so",
    "*/swagger_ui/*.js",
    "*/swagger_ui/*.css",
    # METADATA stays: importlib.metadata reads it, and so do scanners that look for known weaknesses. Licences stay too.
    "*.dist-info/INSTALLER",
    "*.dist-info/RECORD",
    "*.dist-info/REQUESTED",
    "*.dist-info/WHEEL",
    "*.dist-info/entry_points.txt",
    "*.dist-info/top_level.txt",
    "suitetoken/cli/*",
)
"""Files that nothing opens in the functions; `*` stands for any part of a path."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can tell
_UNIX = 3
_MACHINE_CODE = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
_MODE = 0o100644 << 16  # a regular file that everybody may read


def is_needed(name: str) -> bool:
    """Whether a file, named relative to the artefact, belongs into it."""
    return not any(fnmatchcase(name, pattern) for pattern in NEEDLESS)


def list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file with its name relative to the folder, sorted by name."""
    found = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    yield from sorted(found)


def list_compiled(folder: Path) -> list[str]:
    """Return the names of the files that hold machine code (ELF, Mach-O, PE), whatever they are called."""
    return [name for name, path in list_files(folder) if path.read_bytes()[:4].startswith(_MACHINE_CODE)]


def copy_needed(source: Path, target: Path, package: str = "", is_wanted: Callable[[str], bool] = is_needed) -> None:
    """Copy what the artefact needs of a source root, or of one package in it, to the same place in `target`."""
    for name, path in list_files(source / package):
        relative = f"{package}/{name}" if package else name
        if is_wanted(relative):
            copy = target / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def zip_folder(folder: Path) -> bytes:
    """Return a zip file with sorted names, one time and one mode, so that only contents make a difference."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, path in list_files(folder):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, path.read_bytes(), compresslevel=9)
    return buffer.getvalue()


def weigh(folder: Path) -> int:
    """Return the size of all files in bytes."""
    return sum(path.stat().st_size for _, path in list_files(folder))


def differing_names(one: bytes, other: bytes) -> list[str]:
    """Return the names of the files that two zip files do not have in common, or not alike."""
    entries = [
        {entry.filename: entry.CRC for entry in zipfile.ZipFile(io.BytesIO(archive)).infolist()}
        for archive in (one, other)
    ]
    return sorted({name for name, _ in entries[0].items() ^ entries[1].items()})

"""Every class that our packages define, for laws that hold for all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def list_classes(*packages: ModuleType) -> Iterator[type]:
    """Import every module of some packages and yield the classes that each defines."""
    for package in packages:
        for module in _list_modules(package):
            for value in vars(module).values():
                if isinstance(value, type) and value.__module__ == module.__name__:
                    yield value


def _list_modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)

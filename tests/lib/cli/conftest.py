"""The desk that these tests sit at."""

from tests.terminals.operator import desk

__all__ = ["desk"]

"""The desk that these tests sit at."""

from tests.terminals.operator import desk, office

__all__ = ["desk", "office"]

"""The desk that these tests sit at."""

from operator_desk import desk, office

__all__ = ["desk", "office"]

"""The desk that these tests sit at."""

from operator_desk import desk

__all__ = ["desk"]

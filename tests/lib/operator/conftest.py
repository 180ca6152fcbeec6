"""The desk that these tests sit at."""

from machine_desk import machine_desk
from operator_desk import desk, office

__all__ = ["desk", "machine_desk", "office"]

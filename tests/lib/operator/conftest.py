"""The desk that these tests sit at."""

from tests.terminals.machine_operator import machine_desk
from tests.terminals.operator import desk, office

__all__ = ["desk", "machine_desk", "office"]

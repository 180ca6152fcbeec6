"""Fixtures for the commands of workloads."""

from tests.terminals.workload import at_work, office, suitetoken

__all__ = ["at_work", "office", "suitetoken"]

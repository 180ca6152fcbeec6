"""Fixtures for the commands of workloads."""

from office import at_work, office, suitetoken

__all__ = ["at_work", "office", "suitetoken"]

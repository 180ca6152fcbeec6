"""The stage that the simulator's tests play on."""

from tests.worlds.netsuite import make_stage, stage

__all__ = ["make_stage", "stage"]

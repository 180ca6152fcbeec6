"""The stage that the simulator's tests play on."""

from netsuite_stage import make_stage, stage

__all__ = ["make_stage", "stage"]

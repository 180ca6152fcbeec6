"""Roads that a person has already gone."""

from roads import confidential, public, quick, road

__all__ = ["confidential", "public", "quick", "road"]

"""Roads that a person has already gone."""

from roads import confidential, public, road

__all__ = ["confidential", "public", "road"]

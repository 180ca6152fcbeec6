"""Roads that a person has already gone, and one that nobody has."""

from tests.worlds.authorized import confidential, public, quick, quick_plain, quick_public, road

__all__ = ["confidential", "public", "quick", "quick_plain", "quick_public", "road"]

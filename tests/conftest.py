"""What holds for every test: property tests are judged by what they find, not by how fast this machine is.

In CI they draw the same examples each time, so that a change is judged and not the draw; elsewhere new ones.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("suitetoken", deadline=None, database=None, max_examples=60, derandomize="CI" in os.environ)
settings.load_profile("suitetoken")
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

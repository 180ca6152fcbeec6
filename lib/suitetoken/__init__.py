"""suitetoken."""

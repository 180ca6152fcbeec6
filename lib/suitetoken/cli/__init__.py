"""The `suitetoken` command: stdout is data, stderr is talk."""

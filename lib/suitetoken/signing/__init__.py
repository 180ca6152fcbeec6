"""Signed texts: links, states and results (`links`), and the keys that sign and verify them (`keys`)."""

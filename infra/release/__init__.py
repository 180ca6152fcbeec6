"""A release: everything that is published of one version, built from a committed tree, the same bytes each time."""

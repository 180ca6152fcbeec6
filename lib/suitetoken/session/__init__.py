"""Calling NetSuite with the current token: authentication for HTTP clients, and a session that knows the addresses."""

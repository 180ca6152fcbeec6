"""The broker: the only code that calls NetSuite's token endpoint and writes grants and access tokens."""

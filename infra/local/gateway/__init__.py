"""API Gateway on this machine: HTTP in front, HTTP API events behind."""

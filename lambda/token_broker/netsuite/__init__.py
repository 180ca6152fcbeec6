"""What is said to NetSuite's token endpoint, and how it is signed.

`token_requests` makes the requests; `token_endpoint` is the only file that sends them; `endpoint_errors` says for each
failure whether a refresh token may have been spent, which decides what may be tried again. `assertion`, `signers` and
`private_keys` make the signed text by which a connection without a person asks for a token.
"""

"""Pure decisions: from a token response to a grant and an access token.

`answers` reads a token response, `grants` makes a grant and an access token of it or refuses them, `due` says when the
token is to be rotated. Nothing here reads or writes anything.
"""

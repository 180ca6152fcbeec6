"""Pure decisions: from a token response to a grant and an access token.

`answers` reads a token response, `mismatches` refuses what was not asked for, `grants` makes a grant, `access_tokens`
makes what readers get, and `due` says when the token is to be rotated. Nothing here reads or writes anything.
"""

"""The end of a grant or of a connection.

The doors are `revocation.revoke` and `revocation.remove`. `orders` reads what an operator asked for, `withdrawal` tells
NetSuite which refresh tokens to revoke (RFC 7009).
"""

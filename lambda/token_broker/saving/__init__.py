"""Nothing that NetSuite gave is lost, and nothing older takes its place.

`one_time` claims a one-time refresh token and saves its answer before anybody reads it, `presentations` decides which
claim comes next; `versions` keeps room for that among the versions of a day; `publishing` decides which token or
problem may replace which in the token document;
`unwanted` gives back what NetSuite gave for a connection that was revoked or removed meanwhile.
"""

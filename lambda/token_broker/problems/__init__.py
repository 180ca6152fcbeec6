"""What stops a connection until a person acts: how it is found, recorded, told and ended.

`refresh_problems` decides for connections that a person authorized, `certificate_problems` for those with a
certificate; `recording` is for both: it writes a problem down and tells people.
"""

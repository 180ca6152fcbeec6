"""What stops a connection until a person acts: how it is found, recorded, told and ended.

`problems` is for every connection; `machine_problems` adds what only connections with a certificate can have.
"""

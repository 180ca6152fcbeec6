"""From a due connection to the next token.

The door is `rotation.rotate`: it looks whether the connection is due, finishes what a crash left, reminds, refreshes
and publishes. `refresh` is the road with a refresh token, `machine` the one with a certificate; `listing` tells the
sweep which connections to ask for; `under_way` is the value that the steps of one rotation hand on.
"""

"""From a due connection to the next token.

The door is `rotation.rotate`; its file tells the whole story from top to bottom. `by_refresh_token` is the road after a
person's consent, with `refresh` and `saved_answer` as its steps; `machine` is the road with a certificate, with
`certificate_record` as its step. `listing` tells the sweep which connections to ask for; `under_way` is the value that
the steps of one rotation hand on.
"""

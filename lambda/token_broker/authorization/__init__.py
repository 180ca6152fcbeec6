"""From a hosted link to a grant.

The doors are `authorize` (the landing page and its button) and `callback` (the redirection endpoint). `reply` checks
state and cookie, before anything is read from AWS. `exchange` saves what the code brought, checks it and stores the
grant; `issuer` checks `iss`; `speculation` tells which requests no person waits for; `way_back` leads from a result
page to its link; `cookies` names the cookies of both.
"""

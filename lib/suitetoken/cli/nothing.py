"""What a list says where it is empty: that nothing has been added yet, or that nothing is deployed here at all."""

from __future__ import annotations

from suitetoken.admin.signing_keys import are_there
from suitetoken.cli.options import Deployment
from suitetoken.cli.output import say


def explain_nothing(deployment: Deployment, what: str, command: str, *, as_json: bool) -> None:
    """Say why there is none of what was to be listed, and what to do; a machine hears only of a wrong place."""
    here = f"with the prefix {deployment.prefix} in {deployment.own_region}"
    if not are_there(deployment.store):
        say(f"Nothing is deployed {here}, so that there are no {what}.")
        say("Next: `suitetoken doctor`, or give another --prefix, --region or --profile, or run `make deploy`.")
    elif not as_json:
        say(f"No {what} yet {here}. Next: `suitetoken {command}`.")

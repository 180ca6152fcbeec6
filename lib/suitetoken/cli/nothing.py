"""What a list says where it is empty: that nothing has been added yet, or that nothing is deployed here at all."""

from __future__ import annotations

from suitetoken.admin.signing_keys import require_deployment
from suitetoken.cli.options import Deployment
from suitetoken.cli.output import say


def explain_nothing(deployment: Deployment, what: str, command: str, *, as_json: bool) -> None:
    """Say that there is none of what was to be listed, and what to do; or raise NotFound where nothing is deployed."""
    require_deployment(deployment.store, deployment.own_region)
    if not as_json:
        here = f"with the prefix {deployment.prefix} in {deployment.own_region}"
        say(f"No {what} yet {here}. Next: `suitetoken {command}`.")

"""`suitetoken policy`: what IAM must allow a workload so that it can read one token."""

from __future__ import annotations

from contextlib import suppress

import click

from suitetoken.aws.policies import UNKNOWN_PLACE, Place, make_reader_policy, parse_place
from suitetoken.aws.records import token_secret
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.output import print_json, say
from suitetoken.errors import InvalidInput, SuiteTokenError


@click.command("policy")
@click.argument("name")
@click.option("--account-id", metavar="ID", help="The AWS account of the secrets; else your credentials'.")
@click.option("--kms-key", metavar="ARN", help="The key of your own that encrypts the secrets; else the deployment's.")
@click.option("--offline", is_flag=True, help="Ask nobody: write REGION and ACCOUNT_ID for you to fill in.")
@takes_deployment
def policy_command(
    deployment: Deployment, name: str, account_id: str | None, kms_key: str | None, offline: bool
) -> None:
    """Print the IAM policy that lets a workload read this connection's access token, and nothing else.

    \b
    Examples:
      suitetoken policy finance-prod
      aws iam put-role-policy --role-name nightly --policy-name netsuite \\
        --policy-document "$(suitetoken policy finance-prod)"
    """
    if offline and account_id:
        raise click.UsageError("--offline and --account-id exclude each other.")
    place = UNKNOWN_PLACE if offline else find_place(deployment, account_id)
    key = kms_key if kms_key or offline else deployment.secrets_key
    print_json(make_reader_policy(deployment.prefix, name, place, key))
    if not (offline or account_id):
        warn_of_nothing(deployment, name, place)


def find_place(deployment: Deployment, account_id: str | None) -> Place:
    """Return where the deployment is: the account given, or else that of the credentials."""
    if not deployment.own_region:
        raise InvalidInput("no AWS region is known.", next_step="give --region, or set AWS_REGION.")
    return parse_place(deployment.own_region, account_id or deployment.account_id)


def warn_of_nothing(deployment: Deployment, name: str, place: Place) -> None:
    """Say that there is no such token yet, where these credentials may see that: a policy may be made before."""
    with suppress(SuiteTokenError):
        if not deployment.store.exists(token_secret(name)):
            say(
                f"There is no connection {name} with the prefix {deployment.prefix} in {place.region} yet: the policy "
                f"lets nobody read anything until there is. Next: `suitetoken connection add {name}`, or give another "
                "name, --prefix, --region or --profile."
            )

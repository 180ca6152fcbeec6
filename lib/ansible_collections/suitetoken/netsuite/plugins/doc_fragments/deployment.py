"""What the documentation of every plugin here says about naming the deployment."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations


class ModuleDocFragment:
    """Options that name the deployment; `PLUGIN` for lookups, which read variables of Ansible too."""

    DOCUMENTATION = r"""
options:
  prefix:
    description: The prefix of the deployment. E(SUITETOKEN_PREFIX) in the environment says the same.
    type: str
    default: suitetoken
  region:
    description: The AWS region. E(AWS_REGION) and E(AWS_DEFAULT_REGION) in the environment say the same.
    type: str
    aliases: [aws_region, ec2_region]
  profile:
    description: The AWS profile. E(AWS_PROFILE) in the environment says the same.
    type: str
    aliases: [aws_profile]
attributes:
  action_group:
    description: Name the deployment once, in C(module_defaults) of C(group/suitetoken.netsuite.deployment).
    support: full
    membership: [suitetoken.netsuite.deployment]
requirements:
  - suitetoken, which this collection comes with
notes:
  - Credentials are those that boto3 finds where the module runs.
  - Nothing secret is returned, logged or shown by C(--diff).
"""

    PLUGIN = r"""
options:
  prefix:
    description: The prefix of the deployment.
    type: str
    default: suitetoken
    env:
      - name: SUITETOKEN_PREFIX
    vars:
      - name: suitetoken_prefix
  region:
    description: The AWS region.
    type: str
    aliases: [aws_region, ec2_region]
    env:
      - name: AWS_REGION
      - name: AWS_DEFAULT_REGION
    vars:
      - name: suitetoken_region
  profile:
    description: The AWS profile.
    type: str
    aliases: [aws_profile]
    env:
      - name: AWS_PROFILE
    vars:
      - name: suitetoken_profile
requirements:
  - suitetoken, which this collection comes with
notes:
  - Credentials are those that boto3 finds on the controller, where lookups run.
"""

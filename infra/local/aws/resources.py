"""Which ARN a call to Secrets Manager or KMS is about, and how IAM holds a policy's pattern against it.

moto passes `*` for both services, so a policy that names one secret would deny it, and `*` would allow every one.
Its patterns know no `?`, which stands for one character (IAM User Guide, "IAM JSON policy elements: Resource").
"""

from __future__ import annotations

import re

from moto.kms.responses import KmsResponse
from moto.secretsmanager.responses import SecretsManagerResponse


def resource_of_secret_call(call: SecretsManagerResponse) -> str:
    """Return the secret's ARN; of one that does not exist, an ARN with a suffix no secret has."""
    name = call._get_param("SecretId") or call._get_param("Name")
    if not name:
        return "*"
    secrets = call.backend.secrets
    if name in secrets:
        return str(secrets[name].arn)
    if str(name).startswith("arn:"):
        return str(name)
    return f"arn:aws:secretsmanager:{call.region}:{call.current_account}:secret:{name}-000000"


def resource_of_key_call(call: KmsResponse) -> str:
    """Return the key's ARN; an alias stands for the key it points at."""
    asked = call._get_param("KeyId")
    if not asked:
        return "*"
    keys = call.kms_backend
    key_id = keys.any_id_to_key_id(str(asked))
    key = keys.keys.get(key_id)
    return str(key.arn) if key else f"arn:aws:kms:{call.region}:{call.current_account}:key/{key_id}"


def match_pattern(pattern: str, text: str) -> re.Match[str] | None:
    """Match an action or ARN against a policy's pattern: `*` is any text, `?` one character, the rest itself."""
    parts = ({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL)

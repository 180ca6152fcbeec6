#!/usr/bin/env bash
# Deletes the stack, after it has said what stays and what that costs. PREFIX, REGION, PROFILE as for deploy.sh;
# YES=1 does not ask.
set -euo pipefail
cd "$(dirname "$0")/.."
source infra/checks.sh
source infra/waiting.sh

main() {
  check_surroundings
  STATUS="$(find_status)"
  [[ -n "$STATUS" ]] || fail "There is no stack $PREFIX in account $ACCOUNT, region $REGION."
  fail_if_busy
  PROTECTED="$(aws cloudformation describe-stacks --stack-name "$PREFIX" --output text \
    --query 'Stacks[0].EnableTerminationProtection')"
  list_what_stays
  show_consequences
  confirm
  delete
}

# Sets SECRETS, what operators and the broker made under this prefix, and KEYS, what encrypts it: one a line.
list_what_stays() {
  local listed
  listed="$(aws secretsmanager list-secrets --output text --query 'SecretList[].[Name,KmsKeyId]' \
    --filters "Key=name,Values=$PREFIX/client/,$PREFIX/connection/,$PREFIX/key/,$PREFIX/token/" | grep -v '^None$' || true)"
  SECRETS="$(cut -f1 <<<"$listed")"
  KEYS="$({ cut -sf2 <<<"$listed" && read_output SecretsKeyArn; } | grep -v '^None$' | sort -u || true)"
}

show_consequences() {
  say "Deleting the stack $PREFIX in account $ACCOUNT, region $REGION."
  say "  Tokens are not rotated any more: the last ones expire within the hour."
  say "  Hosted links stop working. Another deployment has another redirect URI, to be registered in NetSuite."
  say "  Grants stay valid at NetSuite: run \`suitetoken revoke NAME\` before, where they should end."
  if [[ "$PROTECTED" == True ]]; then
    say "  The stack is protected against deletion. When you confirm, the protection is taken off, and then it is deleted."
  fi
  if [[ -n "$SECRETS" ]]; then
    say "These secrets stay, at \$0.40 each a month (the list price in most regions); a deployment with this prefix finds them again:"
    say "  ${SECRETS//$'\n'/$'\n'  }"
  fi
  if [[ -n "$KEYS" ]]; then
    say "These keys stay, at about a dollar each a month, for without them no secret that they encrypt can be read:"
    say "  ${KEYS//$'\n'/$'\n'  }"
    say "  A deployment with this prefix opens what they encrypt, and with SECRETS_KEY=ARN makes no other."
  fi
  say "Keys of certificates stay in KMS, at about a dollar each a month: their aliases are alias/$PREFIX-NAME."
  say "The bucket suitetoken-artifacts-$ACCOUNT-$REGION stays too; other deployments of this account may use it."
}

confirm() {
  if [[ "${YES:-}" == 1 ]]; then return; fi
  [[ -t 0 ]] || fail "Nobody is here to ask: say YES=1 to delete the stack."
  local answer
  read -r -p "Type the prefix to delete the stack: " answer
  [[ "$answer" == "$PREFIX" ]] || fail "Nothing was deleted."
}

delete() {
  if [[ "$PROTECTED" == True ]]; then
    aws cloudformation update-termination-protection --stack-name "$PREFIX" --no-enable-termination-protection >/dev/null ||
      fail "The protection against deletion cannot be taken off (above is why). Nothing was deleted."
  fi
  aws cloudformation delete-stack --stack-name "$PREFIX" ${DEPLOY_ROLE:+--role-arn "$DEPLOY_ROLE"} --client-request-token "$RUN"
  say "Waiting until it is gone …"
  await_stack
  if [[ -n "$STATUS" ]]; then
    show_failures
    fail "The stack is not deleted: it is $STATUS, and no longer protected against deletion."
  fi
  say "The stack is deleted."
  if [[ -n "$SECRETS" ]]; then
    say "To delete a secret that stayed, with 30 days to restore it:"
    say "  aws secretsmanager delete-secret --region $REGION --secret-id NAME"
  fi
}

main

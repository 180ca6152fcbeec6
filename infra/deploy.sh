#!/usr/bin/env bash
# Deploys the stack into an AWS account, with version 1 or 2 of the AWS CLI. `make deploy` builds the artefact first.
#
#   PREFIX=suitetoken    the stack's name and the first part of every name in it
#   REGION, PROFILE      empty: what the AWS CLI would take
#   NOTIFY_EMAIL         who is told when a person must act
#   DOMAIN_NAME          a host name of your own, with CERTIFICATE_ARN (this region's) and, for its record, HOSTED_ZONE_ID
#   PERMISSIONS_BOUNDARY the ARN of a policy that bounds every role
#   READER_ACCOUNTS      other AWS accounts whose readers may decrypt tokens, by commas; needs SECRETS_KEY=own
#                        (all these: empty means as before, `none` takes it away)
#   SECRETS_KEY          own: a key of this stack encrypts the secrets; aws: AWS's own key; an ARN: this key; empty: as before
#   MONITORING           basic: alarms that mean that a person must act; full: early warnings, dashboard, metrics and traces too
#   WATCH_MINUTES        how long alarms can take a release back, 0 to 180; empty: 15
#   SIGNING_LAYER        true: the rotate function can sign with keys of Secrets Manager; false; empty: as before
#   TAGS                 "team=finance cost-centre=12": on everything that takes tags; empty: as before; none: no tags
#   DEPLOY_ROLE          the ARN of the role that CloudFormation takes (docs/deployers.md); empty: as before, or your own rights
#   TERMINATION_PROTECTION  on or off; empty: on for a new stack, else as before
#   PARAMETERS           other parameters of the template, as in PARAMETERS="LogRetentionDays=90 ScheduleState=DISABLED"
#   DRY_RUN=1            shows what would change, and changes nothing
set -euo pipefail
cd "$(dirname "$0")/.."
source infra/checks.sh
source infra/inputs.sh
source infra/waiting.sh
source infra/bucket.sh
source infra/change_set.sh

ARTEFACT=.build/broker.zip

main() {
  check_surroundings
  check_inputs
  BUCKET="suitetoken-artifacts-$ACCOUNT-$REGION"
  STATUS="$(find_status)"
  check_status
  check_domain
  OLD_URI="$(if [[ -n "$STATUS" ]]; then read_output RedirectUri; fi)"
  if [[ "${DRY_RUN:-}" == 1 ]]; then
    show_changes
  else
    say "Deploying $PREFIX into account $ACCOUNT, region $REGION."
    if [[ "$STATUS" == ROLLBACK_COMPLETE ]]; then clear_rolled_back; fi
    ensure_bucket
    deploy
    protect
    show_next_steps
  fi
}

check_status() {
  case "$STATUS" in
    REVIEW_IN_PROGRESS) ;; # a change set was made for a stack that does not exist yet
    *_IN_PROGRESS) fail_if_busy ;;
    DELETE_FAILED | ROLLBACK_FAILED | UPDATE_ROLLBACK_FAILED)
      show_failures
      fail "The stack $PREFIX is $STATUS and must be mended first: see it in the CloudFormation console."
      ;;
  esac
}

is_new() { [[ -z "$STATUS" || "$STATUS" == REVIEW_IN_PROGRESS ]]; }

clear_rolled_back() {
  say "The first deployment failed and was rolled back; nothing is left in that stack. Deleting it."
  aws cloudformation delete-stack --stack-name "$PREFIX"
  await_stack
}

deploy() {
  local address tries
  address="$(upload)" || fail "The artefact cannot be put into the bucket $BUCKET (above is why). Nothing was changed."
  WAS_NEW="$(if is_new; then printf yes; fi)"
  for tries in 1 2 3; do
    if is_new; then await_names; fi
    request_changes "$address"
    if [[ -z "$CHANGE_SET" ]]; then
      say "Nothing is to be changed."
      return
    fi
    carry_out
    if [[ "$STATUS" == CREATE_COMPLETE || "$STATUS" == UPDATE_COMPLETE ]]; then return; fi
    if [[ "$tries" == 3 || "$STATUS" != ROLLBACK_COMPLETE ]] || ! is_name_taken; then break; fi
    say "A secret of the deployment before is still being deleted. Trying again in a minute."
    clear_rolled_back
    sleep 60
  done
  show_failures
  fail "The deployment failed ($STATUS); CloudFormation goes back to what was there. Tokens and grants were not touched."
}

# A change set cannot say it, so it is said afterwards.
protect() {
  local option=--enable-termination-protection
  if [[ -z "${TERMINATION_PROTECTION:-}" && -z "$WAS_NEW" ]]; then return; fi
  if [[ "${TERMINATION_PROTECTION:-on}" == off ]]; then option=--no-enable-termination-protection; fi
  aws cloudformation update-termination-protection --stack-name "$PREFIX" "$option" >/dev/null ||
    say "Termination protection was not changed (above is why); everything else is done."
}

# read_parameter KEY: prints the value that the stack has for a parameter, or nothing.
read_parameter() {
  aws cloudformation describe-stacks --stack-name "$PREFIX" --output text \
    --query "Stacks[0].Parameters[?ParameterKey=='$1'].ParameterValue" | grep -v '^None$' || true
}

show_next_steps() {
  local redirect_uri target
  redirect_uri="$(read_output RedirectUri)"
  if [[ -n "$OLD_URI" && "$OLD_URI" != "$redirect_uri" ]]; then
    say "The address has changed. Register the new redirect URI in every integration record, beside the old one:"
    say "  it was   $OLD_URI"
    say "  it is    $redirect_uri"
    say "Until then nobody can authorize. Links that were sent are dead; tokens and grants go on as they are."
  fi
  target="$(read_output DomainTarget)"
  if [[ -n "$target" && -z "${HOSTED_ZONE_ID:-}" ]]; then say "Let the name lead to $target (alias or CNAME), unless it does."; fi
  say "Deployed. Register this redirect URI in the integration record in NetSuite, byte for byte:"
  printf '%s\n' "$redirect_uri"
  cat >&2 <<END

Next (the command: pipx install '.[cli]' in this folder; suitetoken completion -h for your shell):
  export AWS_REGION=$REGION${PROFILE:+ AWS_PROFILE=$PROFILE} SUITETOKEN_PREFIX=$PREFIX
  suitetoken client add CLIENT --account-id ID --client-id ID --client-secret-stdin
  suitetoken connection add NAME --client CLIENT --scope rest_webservices
  suitetoken link NAME      # send it to the person who may consent
  suitetoken status NAME
END
  if [[ "${NOTIFY_EMAIL:-}" == *@* ]]; then
    say "$NOTIFY_EMAIL gets one mail from AWS to confirm; notices come after that."
  fi
}

main

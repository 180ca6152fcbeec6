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
#   SECRETS_KEY          own: a key of this stack encrypts the secrets; aws: AWS's own key; empty: as before
#   SIGNING_LAYER        true: the rotate function can sign with keys of Secrets Manager; false; empty: as before
#   PARAMETERS           other parameters of the template, as in PARAMETERS="LogRetentionDays=90 ScheduleState=DISABLED"
#   DRY_RUN=1            shows what would change, and changes nothing
set -euo pipefail
cd "$(dirname "$0")/.."
source infra/checks.sh

TEMPLATE=infra/template.yaml
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
    show_next_steps
  fi
}

check_inputs() {
  [[ -f "$ARTEFACT" ]] || fail "$ARTEFACT is missing: run \`make deploy\`, or \`make package\` first."
  OVERRIDES=("Prefix=$PREFIX")
  take NOTIFY_EMAIL NotifyEmail '^[^@ ]+@[^@ ]+$' "is no e-mail address."
  take DOMAIN_NAME DomainName '^([a-z0-9-]+\.)+[a-z]+$' "is no host name in lower case."
  take CERTIFICATE_ARN CertificateArn "^arn:aws[a-z-]*:acm:$REGION:[0-9]+:certificate/" \
    "is no certificate of ACM in the region $REGION."
  take HOSTED_ZONE_ID HostedZoneId '^Z[A-Z0-9]+$' "is no id of a hosted zone."
  take PERMISSIONS_BOUNDARY PermissionsBoundary '^arn:aws[a-z-]*:iam::[0-9aws]+:policy/' "is no ARN of a policy."
  take READER_ACCOUNTS ReaderAccounts '^[0-9]{12}(,[0-9]{12})*$' "is no list of AWS accounts, twelve digits each."
  case "${SECRETS_KEY:-}" in
    "") ;;
    own | aws) OVERRIDES+=("SecretsKey=$SECRETS_KEY") ;;
    *) fail "SECRETS_KEY=$SECRETS_KEY: it is own or aws." ;;
  esac
  case "${SIGNING_LAYER:-}" in
    "") ;;
    true | false) OVERRIDES+=("SigningLayer=$SIGNING_LAYER") ;;
    *) fail "SIGNING_LAYER=$SIGNING_LAYER: it is true or false." ;;
  esac
  local others
  read -ra others <<<"${PARAMETERS:-}"
  OVERRIDES+=(${others[@]+"${others[@]}"})
}

# take VARIABLE PARAMETER PATTERN WORDS: what is said for a parameter; nothing leaves it as it is, `none` takes it away.
take() {
  local value="${!1:-}"
  if [[ -z "$value" ]]; then return; fi
  [[ "$value" == none || "$value" =~ $3 ]] || fail "$1=$value $4"
  OVERRIDES+=("$2=${value/#none/}")
}

# A new stack has no parameters from before; on an old one the template's own rules say the same, and nothing is changed.
check_domain() {
  if [[ -n "$STATUS" || -z "${DOMAIN_NAME:-}" || "$DOMAIN_NAME" == none ]]; then return; fi
  [[ -n "${CERTIFICATE_ARN:-}" ]] || fail "DOMAIN_NAME=$DOMAIN_NAME needs CERTIFICATE_ARN: a certificate for it in $REGION."
}

check_status() {
  case "$STATUS" in
    REVIEW_IN_PROGRESS) ;; # a change set was made for a stack that does not exist yet
    *_IN_PROGRESS) fail "The stack $PREFIX is $STATUS: somebody else is at it. Try again when it is done." ;;
    DELETE_FAILED | ROLLBACK_FAILED | UPDATE_ROLLBACK_FAILED)
      show_failures
      fail "The stack $PREFIX is $STATUS and must be mended first: see it in the CloudFormation console."
      ;;
  esac
}

clear_rolled_back() {
  say "The first deployment failed and was rolled back; nothing is left in that stack. Deleting it."
  aws cloudformation delete-stack --stack-name "$PREFIX"
  aws cloudformation wait stack-delete-complete --stack-name "$PREFIX"
}

# The name can be guessed, so somebody else may have taken it: only a bucket of this account will do.
ensure_bucket() {
  local answer
  if answer="$(aws s3api head-bucket --bucket "$BUCKET" --expected-bucket-owner "$ACCOUNT" 2>&1)"; then return; fi
  [[ "$answer" == *"(404)"* ]] || fail "The bucket $BUCKET cannot be used: $answer"
  say "Creating the bucket $BUCKET for artefacts: private, encrypted, versioned."
  local where=()
  if [[ "$REGION" != us-east-1 ]]; then where=(--create-bucket-configuration "LocationConstraint=$REGION"); fi
  aws s3api create-bucket --bucket "$BUCKET" ${where[@]+"${where[@]}"} >/dev/null
  aws s3api put-public-access-block --bucket "$BUCKET" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
  aws s3api put-bucket-encryption --bucket "$BUCKET" --server-side-encryption-configuration \
    '{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}'
  aws s3api put-bucket-versioning --bucket "$BUCKET" --versioning-configuration Status=Enabled
}

# Objects are named by their contents, so an unchanged artefact is neither uploaded again nor deployed again.
deploy() {
  aws cloudformation package --template-file "$TEMPLATE" --s3-bucket "$BUCKET" --s3-prefix broker \
    --output-template-file .build/template.yaml >/dev/null
  aws cloudformation deploy --stack-name "$PREFIX" --template-file .build/template.yaml \
    --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides "${OVERRIDES[@]}" >&2 || {
    show_failures
    fail "The deployment failed; CloudFormation goes back to what was there. Tokens and grants were not touched."
  }
}

# Uploads nothing, not even the artefact: it only gets the name that it would have.
show_changes() {
  local digest answer
  digest="$(.venv/bin/python -c 'import hashlib, sys; print(hashlib.md5(open(sys.argv[1], "rb").read(), usedforsecurity=False).hexdigest())' "$ARTEFACT")"
  sed "s|Code: ../$ARTEFACT|Code: {S3Bucket: $BUCKET, S3Key: broker/$digest}|" "$TEMPLATE" >.build/dry-run.yaml
  answer="$(aws cloudformation deploy --stack-name "$PREFIX" --template-file .build/dry-run.yaml \
    --capabilities CAPABILITY_IAM --no-execute-changeset --no-fail-on-empty-changeset \
    --parameter-overrides "${OVERRIDES[@]}")" || fail "$answer"
  CHANGE_SET="$(grep -o 'arn:[^ ]*:changeSet/[^ ]*' <<<"$answer" || true)"
  if [[ -z "$CHANGE_SET" ]]; then
    forget_empty_changes
    say "Nothing would change in $PREFIX, account $ACCOUNT, region $REGION."
    return
  fi
  trap forget_changes EXIT
  say "What would change in $PREFIX, account $ACCOUNT, region $REGION:"
  aws cloudformation describe-change-set --change-set-name "$CHANGE_SET" --output table \
    --query 'Changes[].ResourceChange.{Action: Action, Replacement: Replacement, Name: LogicalResourceId, Type: ResourceType}'
}

forget_changes() {
  aws cloudformation delete-change-set --change-set-name "$CHANGE_SET"
  # A change set for a new stack leaves an empty stack behind, in review.
  if [[ -z "$STATUS" ]]; then aws cloudformation delete-stack --stack-name "$PREFIX"; fi
  say "Nothing was changed; the change set is deleted."
}

# An empty change set counts as failed, and the AWS CLI leaves it behind.
forget_empty_changes() {
  local own="starts_with(ChangeSetName, 'awscli-cloudformation-package-deploy')"
  aws cloudformation list-change-sets --stack-name "$PREFIX" --output text \
    --query "Summaries[?Status=='FAILED' && $own].[ChangeSetId]" |
    while read -r change_set; do aws cloudformation delete-change-set --change-set-name "$change_set"; done
}

# read_output KEY: prints an output of the stack, or nothing.
read_output() {
  aws cloudformation describe-stacks --stack-name "$PREFIX" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" | grep -v '^None$' || true
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

Next (the command: python3 -m pip install '.[cli]' in this folder):
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

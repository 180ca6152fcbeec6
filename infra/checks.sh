# What deploy.sh and destroy.sh check before they do anything; read with `source`.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Sets PREFIX, REGION, ACCOUNT and RUN (who does this and when) and has every later `aws` use this profile and region, with either version of the CLI.
check_surroundings() {
  PREFIX="${PREFIX:-suitetoken}"
  [[ "$PREFIX" =~ ^[a-z][a-z0-9-]{0,30}[a-z0-9]$ && ! "$PREFIX" =~ ^(aws|ssm) ]] ||
    fail "PREFIX=$PREFIX: 2 to 32 lower-case letters, digits and hyphens; begins with a letter, but not with aws or ssm."
  command -v aws >/dev/null || fail "The AWS CLI is missing: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
  export AWS_PAGER=""
  if [[ -n "${PROFILE:-}" ]]; then
    export AWS_PROFILE="$PROFILE"
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN # which would win over the profile
  fi
  REGION="${REGION:-${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}}"
  [[ -n "$REGION" ]] || fail "No region: say REGION=…, or give the profile one with \`aws configure\`."
  export AWS_REGION="$REGION" AWS_DEFAULT_REGION="$REGION"
  local identity caller
  identity="$(aws sts get-caller-identity --query '[Account, Arn]' --output text)" ||
    fail "AWS does not accept the credentials${PROFILE:+ of profile $PROFILE} (above is what it says)."
  read -r ACCOUNT caller <<<"$identity"
  caller="$(printf '%s' "${caller##*[:/]}" | tr -c 'A-Za-z0-9' '-')"
  # shellcheck disable=SC2034  # the scripts that source this use it
  RUN="by-${caller:0:60}-at-$(date -u +%Y%m%dT%H%M%SZ)-$RANDOM"
}

# Prints the stack's status, or nothing where there is no stack.
find_status() {
  local answer
  if answer="$(aws cloudformation describe-stacks --stack-name "$PREFIX" \
    --query 'Stacks[0].StackStatus' --output text 2>&1)"; then
    printf '%s' "$answer"
  elif [[ "$answer" != *"does not exist"* ]]; then
    fail "$answer"
  fi
}

# Prints what failed since the last time somebody started something on the stack; events come newest first.
show_failures() {
  local failures
  failures="$(aws cloudformation describe-stack-events --stack-name "$PREFIX" --output text \
    --query 'StackEvents[].[LogicalResourceId, ResourceStatus, ResourceStatusReason]' 2>/dev/null |
    awk -F '\t' '
      over { next }
      $2 ~ /_FAILED$/ && $3 !~ /cancelled/ { print "  " $1 ": " $3 }
      $3 == "User Initiated" { over = 1 }')" || true
  if [[ -z "$failures" ]]; then return; fi
  say "What failed, the latest first:"
  say "$failures"
}

# Fails where something is under way on the stack, and says what, since when, by whom, and what to do.
fail_if_busy() {
  local status begun what
  status="$(find_status)"
  if [[ "$status" != *_IN_PROGRESS || "$status" == REVIEW_IN_PROGRESS ]]; then return; fi
  begun="$(aws cloudformation describe-stack-events --stack-name "$PREFIX" --output text 2>/dev/null \
    --query "StackEvents[?ResourceStatusReason=='User Initiated'] | [0].[Timestamp, ClientRequestToken]" | tr '\t' ' ')" || true
  begun="${begun% None}"
  case "$status" in
    CREATE_*) what="stack-create-complete" ;;
    DELETE_*) what="stack-delete-complete" ;;
    *ROLLBACK*) what="stack-rollback-complete" ;;
    *) what="stack-update-complete" ;;
  esac
  say "The stack $PREFIX is $status${begun:+; it was begun: $begun}. Two operations at once are not possible, so nothing was changed."
  say "Wait until that one is done, look at what it came to, and run this again:"
  say "  aws cloudformation wait $what --region $REGION --stack-name $PREFIX"
  if [[ "$status" == UPDATE_IN_PROGRESS ]]; then
    say "To stop it and go back instead: aws cloudformation cancel-update-stack --region $REGION --stack-name $PREFIX"
  fi
  exit 6
}

# read_output KEY: prints an output of the stack, or nothing.
read_output() {
  aws cloudformation describe-stacks --stack-name "$PREFIX" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" | grep -v '^None$' || true
}

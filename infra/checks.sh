# What deploy.sh and destroy.sh check before they do anything; read with `source`.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Sets PREFIX, REGION and ACCOUNT and has every later `aws` use this profile and region, with either version of the CLI.
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
  # shellcheck disable=SC2034  # the scripts that source this use it
  ACCOUNT="$(aws sts get-caller-identity --query Account --output text)" ||
    fail "AWS does not accept the credentials${PROFILE:+ of profile $PROFILE} (above is what it says)."
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

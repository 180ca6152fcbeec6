# What deploy.sh is told by variables, checked before anything is asked of AWS; read with `source`.
# shellcheck shell=bash

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
    own | aws | arn:aws*:kms:"$REGION":*:key/*) OVERRIDES+=("SecretsKey=$SECRETS_KEY") ;;
    *) fail "SECRETS_KEY=$SECRETS_KEY: it is own or aws, or the ARN of a key of KMS in $REGION." ;;
  esac
  case "${MONITORING:-}" in
    "") ;;
    basic | full) OVERRIDES+=("Monitoring=$MONITORING") ;;
    *) fail "MONITORING=$MONITORING: it is basic or full." ;;
  esac
  [[ "${WATCH_MINUTES:-0}" =~ ^[0-9]{1,3}$ ]] && ((10#${WATCH_MINUTES:-0} <= 180)) ||
    fail "WATCH_MINUTES=$WATCH_MINUTES: it is a number of minutes, 0 to 180."
  case "${SIGNING_LAYER:-}" in
    "") ;;
    true | false) OVERRIDES+=("SigningLayer=$SIGNING_LAYER") ;;
    *) fail "SIGNING_LAYER=$SIGNING_LAYER: it is true or false." ;;
  esac
  [[ "${TERMINATION_PROTECTION:-on}" =~ ^(on|off)$ ]] || fail "TERMINATION_PROTECTION=$TERMINATION_PROTECTION: it is on or off."
  [[ -z "${DEPLOY_ROLE:-}" || "$DEPLOY_ROLE" =~ ^arn:aws[a-z-]*:iam::[0-9]{12}:role/ ]] ||
    fail "DEPLOY_ROLE=$DEPLOY_ROLE is no ARN of a role."
  check_tags
  local others
  read -ra others <<<"${PARAMETERS:-}"
  OVERRIDES+=(${others[@]+"${others[@]}"})
}

check_tags() {
  local tags tag
  if [[ -z "${TAGS:-}" ]]; then return; fi
  OVERRIDES+=("SecretTags=${TAGS/#none/}")
  if [[ "$TAGS" == none ]]; then return; fi
  read -ra tags <<<"$TAGS"
  for tag in "${tags[@]}"; do
    [[ "$tag" =~ ^[A-Za-z0-9_.:/+@-]{1,128}=[A-Za-z0-9_.:/+=@-]{0,256}$ && ! "$tag" =~ ^[aA][wW][sS]: ]] ||
      fail "TAGS: $tag is no KEY=VALUE, or begins with aws:. Tags are separated by spaces and hold none."
  done
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

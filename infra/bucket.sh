# The bucket of the artefacts and of the template; read with `source`. One for an account and region, for all deployments.
# shellcheck shell=bash

TEMPLATE=infra/template.yaml

# The name can be guessed, so somebody else may have taken it: only a bucket of this account will do.
ensure_bucket() {
  local answer
  if answer="$(aws s3api head-bucket --bucket "$BUCKET" --expected-bucket-owner "$ACCOUNT" 2>&1)"; then
    keep_bucket_tidy
    return
  fi
  [[ "$answer" == *"(404)"* ]] || fail "The bucket $BUCKET cannot be used: $answer"
  say "Creating the bucket $BUCKET for artefacts: private, encrypted, versioned, over TLS only."
  local where=()
  if [[ "$REGION" != us-east-1 ]]; then where=(--create-bucket-configuration "LocationConstraint=$REGION"); fi
  # Another deployment of this account may make it at the same moment.
  answer="$(aws s3api create-bucket --bucket "$BUCKET" ${where[@]+"${where[@]}"} 2>&1)" ||
    [[ "$answer" == *BucketAlreadyOwnedByYou* ]] || fail "The bucket $BUCKET cannot be made: $answer"
  aws s3api put-public-access-block --bucket "$BUCKET" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
  aws s3api put-bucket-encryption --bucket "$BUCKET" --server-side-encryption-configuration \
    '{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}'
  aws s3api put-bucket-versioning --bucket "$BUCKET" --versioning-configuration Status=Enabled
  keep_bucket_tidy
}

# A bucket that was made before these two gets them; a policy that somebody else wrote is left alone.
keep_bucket_tidy() {
  local policy
  policy="$(aws s3api get-bucket-policy --bucket "$BUCKET" --query Policy --output text 2>&1)" || true
  if [[ "$policy" == *OnlyOverTls* ]]; then return; fi
  if [[ "$policy" != *NoSuchBucketPolicy* && -n "$policy" ]]; then
    say "The bucket $BUCKET has a policy that was not made here, or it cannot be read; see that it refuses what comes without TLS."
    return
  fi
  aws s3api put-bucket-policy --bucket "$BUCKET" --policy "$(tls_policy)"
  # An artefact is named by its contents, so it is never overwritten: what is in use has no older version to lose.
  aws s3api put-bucket-lifecycle-configuration --bucket "$BUCKET" --lifecycle-configuration \
    '{"Rules": [{"ID": "OldVersions", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]}'  >/dev/null
}

tls_policy() {
  local partition
  partition="$(partition_of "$REGION")"
  printf '%s' '{"Version": "2012-10-17", "Statement": [{"Sid": "OnlyOverTls", "Effect": "Deny", "Principal": "*",' \
    ' "Action": "s3:*", "Resource": ["arn:'"$partition:s3:::$BUCKET"'", "arn:'"$partition:s3:::$BUCKET"'/*"],' \
    ' "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
}

partition_of() {
  case "$1" in
    cn-*) printf aws-cn ;;
    us-gov-*) printf aws-us-gov ;;
    *) printf aws ;;
  esac
}

# Puts artefact and template into the bucket and prints the template's address. Objects are named by their contents, so
# what is there already is neither uploaded again nor deployed again. A template in a bucket may be 1 MB, one that is sent
# along 51,200 bytes.
upload() {
  aws cloudformation package --template-file "$TEMPLATE" --s3-bucket "$BUCKET" --s3-prefix broker \
    --output-template-file .build/template.yaml >/dev/null || return 1
  local key domain=amazonaws.com
  key="broker/$(.venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' \
    .build/template.yaml).template"
  aws s3api put-object --bucket "$BUCKET" --key "$key" --body .build/template.yaml >/dev/null || return 1
  if [[ "$REGION" == cn-* ]]; then domain=amazonaws.com.cn; fi
  printf '%s/%s/%s' "${AWS_ENDPOINT_URL:-https://s3.$REGION.$domain}" "$BUCKET" "$key"
}

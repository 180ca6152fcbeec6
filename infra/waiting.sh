# What deploy.sh and destroy.sh wait for, always for a bounded time and with a word now and then; read with `source`.
# shellcheck shell=bash

# An hour: what CloudFormation does takes minutes, and it may then watch alarms for a while.
await_stack() {
  local seconds=0 before=""
  while ((seconds < 3600)); do
    STATUS="$(find_status)"
    case "$STATUS" in
      *_IN_PROGRESS) ;;
      *) return ;;
    esac
    if [[ "$STATUS" != "$before" ]] || ((seconds % 60 == 0)); then say "  $STATUS, after $seconds s"; fi
    before="$STATUS"
    sleep 5
    seconds=$((seconds + 5))
  done
  fail "The stack $PREFIX is still $STATUS after an hour. It goes on by itself: see it in the CloudFormation console."
}

# Secrets Manager keeps the name of a secret that is being deleted for a while after a stack is gone. Names of the
# template's secrets are waited for, five minutes at most; one that lives although there is no stack is told.
await_names() {
  local name answer seconds=0
  for name in link state; do
    name="$PREFIX/signing-key/$name"
    while answer="$(aws secretsmanager describe-secret --secret-id "$name" --query DeletedDate --output text 2>&1)"; do
      [[ "$answer" != None ]] || fail "There is no stack $PREFIX, but its secret $name is there. Delete it, for a stack \
makes its own: aws secretsmanager delete-secret --region $REGION --secret-id $name --force-delete-without-recovery"
      if ((seconds >= 300)); then
        fail "The secret $name is still being deleted (its date: $answer). Deploy again later; to have its name at once: \
aws secretsmanager delete-secret --region $REGION --secret-id $name --force-delete-without-recovery"
      fi
      if ((seconds % 30 == 0)); then say "Waiting until the name $name is free again, $((300 - seconds)) s at most …"; fi
      sleep 5
      seconds=$((seconds + 5))
    done
    [[ "$answer" == *ResourceNotFound* ]] || fail "$answer"
  done
}

is_name_taken() { [[ "$(show_failures 2>&1)" == *"scheduled for deletion"* ]]; }

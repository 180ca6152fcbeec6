# Change sets: made, shown, carried out, and what is said where one fails; read with `source`.
# shellcheck shell=bash

# request_changes [ADDRESS]: makes a change set from the template at the address, or from the template itself. Sets CHANGE_SET
# to its ARN, or to nothing where nothing would change. Whoever made it and when is its name: others see it in the events.
request_changes() {
  local answer status reason
  write_request "$@" >.build/change-set.json || fail "Nothing was changed."
  answer="$(aws cloudformation create-change-set --stack-name "$PREFIX" --change-set-name "$RUN" \
    --change-set-type "$(if is_new; then printf CREATE; else printf UPDATE; fi)" \
    --cli-input-json file://.build/change-set.json --query Id --output text 2>&1)" || {
    fail_if_busy
    fail "$answer"
  }
  CHANGE_SET="$answer"
  for _ in {1..300}; do
    IFS=$'\t' read -r status reason < <(aws cloudformation describe-change-set --change-set-name "$CHANGE_SET" --output text \
      --query '[Status, StatusReason]') || true
    case "$status" in
      CREATE_COMPLETE) return ;;
      FAILED) break ;;
    esac
    sleep 2
  done
  if [[ "$reason" == *"didn't contain changes"* || "$reason" == *"No updates are to be performed"* ]]; then
    forget_changes
    CHANGE_SET=""
    return
  fi
  tell_validation
  forget_changes
  fail "CloudFormation refuses the change set: ${status:-no status}: ${reason:-it gives no reason}. Nothing was changed."
}

write_request() {
  local existing alarms options=(--bucket "$BUCKET" --role "${DEPLOY_ROLE:-}")
  if [[ -n "${1:-}" ]]; then options+=(--template-url "$1"); fi
  if [[ -n "${TAGS:-}" ]]; then options+=(--tags "$TAGS"); fi
  if ! is_new; then
    # Without them every parameter that is not said would go back to its default.
    existing="$(aws cloudformation get-template-summary --stack-name "$PREFIX" --output text \
      --query 'Parameters[].ParameterKey')" || return 1
    options+=(--existing "$existing" --released "$(read_parameter Release)")
    alarms="$(find_alarms)" || return 1
    options+=(--alarms "$alarms" --watch "${WATCH_MINUTES:-15}")
  fi
  PYTHONPATH=lib:lambda:infra .venv/bin/python infra/change_set.py "${options[@]}" -- "${OVERRIDES[@]}"
}

# The alarms that take a deployment back. Only those that are there, for CloudFormation refuses a missing one; and quiet
# now, for what mends a broken deployment must get through. A schedule that is switched off is silent because it is told to.
find_alarms() {
  if [[ " ${PARAMETERS:-} " == *" ScheduleState=DISABLED "* || "$(read_parameter ScheduleState)" == DISABLED ]]; then return; fi
  aws cloudwatch describe-alarms --alarm-names "$PREFIX-sweep-silent" "$PREFIX-dead-letters" --output text \
    --query "MetricAlarms[?StateValue!='ALARM'].AlarmArn"
}

# CloudFormation looks at properties before it changes anything; what it found is not in the reason but in these events.
# A version of the AWS CLI that does not know them says nothing here.
tell_validation() {
  local found
  found="$(aws cloudformation describe-events --change-set-name "$CHANGE_SET" --output text \
    --query 'OperationEvents[?ValidationStatus==`FAILED`].[LogicalResourceId, ValidationStatusReason]' 2>/dev/null)" || return 0
  if [[ -n "$found" ]]; then say "What CloudFormation found:" && say "$found"; fi
}

# A change set for a new stack leaves an empty stack behind, in review.
forget_changes() {
  aws cloudformation delete-change-set --change-set-name "$CHANGE_SET"
  if [[ -z "$STATUS" ]]; then aws cloudformation delete-stack --stack-name "$PREFIX"; fi
}

show_changes() {
  request_changes
  if [[ -z "$CHANGE_SET" ]]; then
    say "Nothing would change in $PREFIX, account $ACCOUNT, region $REGION."
    return
  fi
  trap 'forget_changes && say "Nothing was changed; the change set is deleted."' EXIT
  say "What would change in $PREFIX, account $ACCOUNT, region $REGION:"
  aws cloudformation describe-change-set --change-set-name "$CHANGE_SET" --output table \
    --query 'Changes[].ResourceChange.{Action: Action, Replacement: Replacement, Name: LogicalResourceId, Type: ResourceType}'
}

# Carries the change set out and waits; fails with the stack's own words. Sets STATUS to what it came to.
carry_out() {
  local answer
  if grep -q '"MonitoringTimeInMinutes": [1-9]' .build/change-set.json; then
    say "CloudFormation goes back to what was there if sweeps or rotations fail within ${WATCH_MINUTES:-15} minutes after the change."
    say "It does so by itself, whether or not you wait here. WATCH_MINUTES=0 does without."
  fi
  answer="$(aws cloudformation execute-change-set --change-set-name "$CHANGE_SET" --client-request-token "$RUN" 2>&1)" || {
    fail_if_busy
    if [[ "$answer" == *OBSOLETE* ]]; then
      fail "Another deployment of $PREFIX was made meanwhile, so this plan does not fit any more. Nothing was changed; deploy again."
    fi
    fail "$answer"
  }
  await_stack
}

"""What is told to people and to machines.

`events` goes to EventBridge, `wording` is what events and e-mail say, `reminders` knows when consent's end is told;
`metrics` and `crashes` are for CloudWatch.
"""

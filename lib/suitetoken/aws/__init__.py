"""AWS as the library uses it: Secrets Manager, resource policies, and what botocore's errors mean.

`store` reads and writes secrets; `records` reads and changes documents by name; `marks` are what version ids say;
`sharing` and `policies` are who else may read a secret; `errors` turns botocore's errors into ours.
"""

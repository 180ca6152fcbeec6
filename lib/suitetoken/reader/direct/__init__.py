"""Reading a token by one signed call without boto3, for a process that lives as long as it takes to print it."""

"""CloudFormation on this machine: reads the template and makes its resources on moto."""

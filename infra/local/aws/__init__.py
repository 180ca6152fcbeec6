"""AWS on this machine: moto, corrected where it differs from AWS in what suitetoken depends on."""

from local.aws.corrections import corrected_moto, corrections

__all__ = ["corrected_moto", "corrections"]

"""Ending a connection although NetSuite does not confirm: the option of `revoke` and `connection remove`."""

from __future__ import annotations

import click

force_end_option = click.option("--force", is_flag=True, help="Even where NetSuite does not confirm the revocation.")

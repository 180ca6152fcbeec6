"""Ending a connection although NetSuite does not confirm: the option of `revoke` and `connection remove`."""

from __future__ import annotations

import click

force_end_option = click.option("--force", is_flag=True, help="Even where NetSuite does not confirm the revocation.")
UNCONFIRMED_IS_ENOUGH = (
    "Where NetSuite does not confirm, its grant lives on until its consent ends: revoke it in NetSuite, at "
    "Setup > Users/Roles > OAuth 2.0 Authorized Applications."
)
"""What somebody must know who does not wait for NetSuite (Oracle NetSuite Help, section_157960925955)."""

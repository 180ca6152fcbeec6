"""A ready-made world: two accounts, people with roles, and a chart of accounts worth listing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.netsuite.model import Simulator, User
from local.netsuite.switches import Switches

ADMINISTRATOR, ACCOUNTANT, AUDITOR = "3", "1017", "1023"


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """One line of the chart of accounts."""

    id: int
    number: str
    name: str
    type: str


def default_world(now: Callable[[], float], switches: Switches | None = None) -> Simulator:
    """Return a simulator with account 1234567 and its sandbox 1234567_SB1."""
    simulator = Simulator(now, switches)
    for account_id in ("1234567", "1234567_SB1"):
        simulator.add_account(account_id, _people())
    simulator.certificate_roles |= {ADMINISTRATOR, ACCOUNTANT}
    return simulator


def _people() -> list[User]:
    return [
        User("12", "Mei Chen", {ACCOUNTANT: "Accountant (Integration)", AUDITOR: "Auditor"}),
        User("7", "Ada Okafor", {ADMINISTRATOR: "Administrator", ACCOUNTANT: "Accountant (Integration)"}),
        User("-5", "System", {ADMINISTRATOR: "Administrator"}),
    ]


_CHART = """
Bank 1000: Checking, Payroll Account, Savings, Petty Cash, Foreign Currency EUR, Foreign Currency CNY
AcctRec 1100: Accounts Receivable, Intercompany Receivable, Employee Advances
OthCurrAsset 1200: Inventory Asset, Inventory in Transit, Prepaid Insurance, Prepaid Rent, Prepaid Software
FixedAsset 1500: Furniture and Fixtures, Computer Equipment, Vehicles, Leasehold Improvements, Accumulated Depreciation
OthAsset 1800: Security Deposits, Goodwill, Deferred Tax Asset
AcctPay 2000: Accounts Payable, Intercompany Payable
CredCard 2050: Corporate Card, Travel Card
OthCurrLiab 2100: Sales Tax Payable, VAT on Sales, Payroll Liabilities, Accrued Expenses, Deferred Revenue
LongTermLiab 2500: Bank Loan, Lease Liability
Equity 3000: Common Stock, Retained Earnings, Opening Balance, Dividends Paid
Income 4000: Sales of Goods, Services, Subscriptions, Shipping Income, Discounts Given
COGS 5000: Cost of Goods Sold, Freight In, Inventory Adjustment
Expense 6000: Wages and Salaries, Payroll Tax, Rent, Utilities, Software, Advertising
Expense 6100: Travel, Meals, Bank Fees, Insurance, Legal, Depreciation
OthIncome 7000: Interest Income, Exchange Gain
OthExpense 8000: Interest Expense, Exchange Loss, Income Tax
"""

CHART = tuple(
    LedgerAccount(number, str(number), name, kind)
    for line in _CHART.strip().splitlines()
    for (kind, first), names in [(line.partition(": ")[0].split(), line.partition(": ")[2].split(", "))]
    for number, name in enumerate(names, start=int(first))
)
"""The chart of accounts that every account of this world has: id, number, name, NetSuite's account type."""


@dataclass(frozen=True, slots=True)
class Company:
    """A customer: id, name, e-mail address, and the day of its last change as NetSuite writes it in a US account."""

    id: int
    name: str
    email: str
    changed_on: str


CUSTOMERS = tuple(
    Company(number, name, f"info@{name.split()[0].lower()}.example", changed_on)
    for number, (name, changed_on) in enumerate(
        (
            ("Alder Instruments", "03/02/2026"),
            ("Birch Logistics", "05/18/2026"),
            ("Cedar Foods", "09/30/2026"),
            ("Douglas Textiles", "10/07/2026"),
            ("Elm Robotics", "11/03/2026"),
            ("Fir Publishing", "11/12/2026"),
        ),
        start=104,
    )
)
"""The customers of this world."""

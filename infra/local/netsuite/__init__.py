"""A strict NetSuite for this machine: authorization server, token endpoint, records, SuiteQL and RESTlets.

It is built from Oracle's documentation and has not been compared with a real NetSuite account. Where the
documentation is silent or contradicts itself, `Switches` decides, each with the documented default.
"""

from local.netsuite.adapter import SimulatorAdapter
from local.netsuite.app import create_app
from local.netsuite.model import Account, Integration, Simulator, User
from local.netsuite.person import Person
from local.netsuite.server import Server, serve
from local.netsuite.switches import Switches
from local.netsuite.world import default_world

__all__ = [
    "Account",
    "Integration",
    "Person",
    "Server",
    "Simulator",
    "SimulatorAdapter",
    "Switches",
    "User",
    "create_app",
    "default_world",
    "serve",
]

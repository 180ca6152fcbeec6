"""What is right and what is wrong in a deployment: facts are fetched, small pure functions judge them."""

from suitetoken.admin.doctor.examination import examine
from suitetoken.admin.doctor.finding import Finding, Mark

__all__ = ["Finding", "Mark", "examine"]

"""The kinds of alert, in the order in which they are shown."""

from analytics.alerts.kind import Kind
from analytics.alerts.kinds import burst, drop, quota, silent

KINDS: dict[str, Kind] = {module.KIND.code: module.KIND for module in (drop, burst, silent, quota)}

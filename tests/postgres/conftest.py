"""What only many connections at once can show. Set DATABASE_URL to a PostgreSQL to run these."""

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.postgres)
            item.add_marker(pytest.mark.django_db(transaction=True))


class Elsewhere(Thread):
    """An action on a connection of its own. `result` waits for what it returns, or raises."""

    def __init__(self, action: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._action = action
        self._returned: Any = None
        self._raised: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._returned = self._action()
        except BaseException as error:
            self._raised = error
        finally:
            connection.close()

    def result(self, timeout: float = 120) -> Any:
        self.join(timeout)
        assert not self.is_alive(), "still waiting"
        if self._raised:
            raise self._raised
        return self._returned

    def waits(self, seconds: float = 0.3) -> bool:
        self.join(seconds)
        return self.is_alive()


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment, each on a connection of its own; gives what each returns."""
    barrier = Barrier(len(actions))

    def start_together(action: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            barrier.wait()
            return action()

        return run

    return [thread.result() for thread in [Elsewhere(start_together(a)) for a in actions]]

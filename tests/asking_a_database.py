"""Only the tests that ask a database: all others are the same over any.

    pytest -p tests.asking_a_database

Those that name no fixture of the database are refused one, so that none is left out by mistake.
"""

import pytest

FIXTURES = {"db", "transactional_db", "live_server"}
MARKS = ("django_db", "services")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def asks(item: pytest.Item) -> bool:
        marked = any(item.get_closest_marker(mark) for mark in MARKS)
        return marked or bool(FIXTURES & set(getattr(item, "fixturenames", ())))

    config.hook.pytest_deselected(items=[item for item in items if not asks(item)])
    items[:] = filter(asks, items)

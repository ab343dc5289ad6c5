"""Keys that stand in addresses stay out of the logs."""

import logging
import re

LOGGERS = ("django.request", "django.server", "granian.access")
_KEY = re.compile(r"(/openrosa/key/)[^/\s]+")


class WithoutKeys(logging.Filter):
    """Lets every record pass, `/openrosa/key/…/` without the key."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict):
            record.args = {name: _without_key(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_without_key, record.args))
        return True


def _without_key(value: object) -> object:
    return _KEY.sub(r"\1…", value) if isinstance(value, str) else value


def hide_keys() -> None:
    for name in LOGGERS:
        logging.getLogger(name).addFilter(WithoutKeys())

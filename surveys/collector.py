"""Work that makes many records at once, without Python's collector of cycles."""

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


def without_collector(work: Callable[Given, Made]) -> Callable[Given, Made]:
    """Run with the collector off. It would walk through all records again and again, for two
    fifths of the time of a nation's scores. What refers to itself is freed after the run."""

    @wraps(work)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            if was_on:
                gc.enable()

    return run

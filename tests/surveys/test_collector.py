"""The collector of cycles is off during the work alone."""

import gc

import pytest

from surveys.collector import without_collector


def test_it_is_on_again_whatever_happens():
    assert gc.isenabled()
    assert without_collector(gc.isenabled)() is False
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        without_collector(lambda: 1 / 0)()
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off():
    gc.disable()
    try:
        without_collector(lambda: None)()
        assert not gc.isenabled()
    finally:
        gc.enable()

"""The search for cycles, while it would find nothing."""

import gc

import pytest

from alimactiv.cycles import cycles_kept


def test_it_goes_on_after_the_work_even_if_that_fails():
    with pytest.raises(ZeroDivisionError), cycles_kept():
        _fail_unless_off()
    assert gc.isenabled()


def _fail_unless_off():
    assert not gc.isenabled()
    raise ZeroDivisionError


def test_it_stays_off_for_who_had_it_off():
    with cycles_kept():
        with cycles_kept():
            assert not gc.isenabled()
        assert not gc.isenabled()

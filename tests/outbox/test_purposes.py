import pytest

from outbox import purposes


def test_a_code_is_taken_once(register):
    register("essai")
    with pytest.raises(ValueError, match="essai"):
        register("essai")


def test_what_no_app_registered_keeps_its_code(purpose):
    assert (purposes.label_of("essai"), purposes.label_of("ancien")) == ("les essais", "ancien")
    assert purposes.find("ancien") is None

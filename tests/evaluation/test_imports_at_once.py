"""Two imports at the same moment: one waits for the other."""

import threading

import pytest
from django.db import connection

from evaluation import criteria
from evaluation.models import Criterion, Evaluation, Family
from evaluation.workbook import importing
from territories.models import Participation, Territory, TrainingSession
from tests.evaluation.workbooks import as_folder, small


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, where nobody waits")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("codes", [("essai", "essai"), ("essai", "autre")])
def test_two_imports_that_share_territories_both_succeed(tmp_path, codes):
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    start, failures = threading.Barrier(2), []

    def bring_in(number, code):
        tables = small()
        tables["evaluation"][0]["code"] = code
        try:
            workbook = importing.check(as_folder(tmp_path / str(number), tables))
            start.wait(10)
            assert not importing.write(workbook).refused
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_in, args=arguments) for arguments in enumerate(codes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert {evaluation.code for evaluation in Evaluation.objects.all()} == set(codes)
    counts = [model.objects.count() for model in (TrainingSession, Territory, Participation)]
    assert counts == [2, 2, 3]

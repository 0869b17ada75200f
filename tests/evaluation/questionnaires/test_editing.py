"""Changing questionnaires: what was answered stays as it is, every change leaves its trace."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from accounts.audit import subject_of
from accounts.models import AuditEntry
from evaluation.models import Campaign, Question, Questionnaire, Version
from evaluation.questionnaires import default, editing, rows
from evaluation.questionnaires.structure import PagePart, QuestionPart, Structure
from tests.factories import (
    AnswerFactory,
    CampaignFactory,
    InvitationFactory,
    QuestionnaireFactory,
    ResponseFactory,
    UserFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def version() -> Version:
    version = VersionFactory()
    rows.write(default.STRUCTURE, version)
    return version


def stored(version: Version) -> Structure:
    return rows.read(Version.objects.in_full().get(pk=version.pk))


def answered(version: Version):
    """Someone began to answer it, in a launched campaign."""
    return ResponseFactory(invitation__campaign=CampaignFactory(version=version, running=True))


def thanking(words: str) -> editing.Change:
    return lambda structure: replace(structure, thanks=words)


def actions(record) -> list[tuple[str, object]]:
    entries = AuditEntry.objects.filter(subject=subject_of(record)).order_by("at", "pk")
    return [(entry.action, entry.by) for entry in entries]


def refusal(call, **kwargs) -> str:
    with pytest.raises(ValidationError) as refused:
        call(**kwargs)
    return " ".join(refused.value.messages).replace("\u00a0", " ")


# Creating -----------------------------------------------------------------------------------------


def test_a_new_questionnaire_has_a_page_to_begin_with(by):
    version = editing.create_questionnaire(title="Essai", purpose="Pour voir", by=by)
    assert (version.number, version.created_by, version.questionnaire.purpose) == (1, by, "Pour voir")
    assert [page.questions for page in stored(version).pages] == [()]
    assert actions(version.questionnaire) == [("création", by)]
    assert actions(version) == [("création", by)]


def test_a_copy_asks_the_same_with_rows_of_its_own(version, by):
    answered(version)
    copy = editing.create_questionnaire(title="Copie", purpose="", copied=version, by=by)
    assert stored(copy).numbered() == stored(version).numbered() == default.STRUCTURE.numbered()
    theirs = Question.objects.filter(page__version=copy)
    assert {one.condition_question.page.version for one in theirs.exclude(condition_question=None)} == {copy}
    assert {one.condition_item.question.page.version for one in theirs.exclude(condition_item=None)} == {copy}
    assert editing.responses_to(copy) == 0


def test_renaming_is_noted_once(by):
    questionnaire = QuestionnaireFactory(title="Avant")
    for _ in range(2):
        editing.rename_questionnaire(questionnaire=questionnaire, title="Après", purpose="", by=by)
    assert Questionnaire.objects.get(pk=questionnaire.pk).title == "Après"
    [entry] = AuditEntry.objects.filter(subject=subject_of(questionnaire))
    assert (entry.by, entry.changes) == (by, {"titre": ["Avant", "Après"]})


# Changing -----------------------------------------------------------------------------------------


def test_what_nobody_answers_changes_in_place(version, by):
    CampaignFactory(version=version, running=True)
    InvitationFactory(campaign__version=version)
    assert editing.change(version=version, to=thanking("Merci"), what="remerciement", by=by) == version
    assert stored(version).thanks == "Merci"
    [entry] = AuditEntry.objects.filter(subject=subject_of(version))
    assert (entry.action, entry.by, entry.changes["partie"]) == ("modification", by, "remerciement")
    former, present = entry.changes["contenu"]
    assert default.STRUCTURE.thanks in former
    assert "Merci" in present


def test_what_changes_nothing_leaves_no_trace(version, by):
    assert editing.change(version=version, to=lambda structure: structure, what="rien", by=by) == version
    assert actions(version) == []


def test_a_question_that_moves_is_noted_by_its_name(version, by):
    question = version.questions[0]
    editing.change(version=version, to=lambda s: s.with_question_moved(s.questions[-1].key, -1), what="Avis", by=by)
    [entry] = AuditEntry.objects.filter(subject=subject_of(version))
    assert entry.changes == {"partie": "Avis"}
    assert stored(version).questions[0].key == question.pk


def test_what_somebody_began_to_answer_changes_in_a_new_version(version, by):
    response = answered(version)
    question = version.questions[-1]
    answer = AnswerFactory(response=response, question=question)
    before = stored(version)
    new = editing.change(version=version, to=lambda s: s.without_question(question.pk), what=question.label, by=by)
    assert (new.number, new.questionnaire, new.created_by) == (2, version.questionnaire, by)
    assert stored(version) == before
    assert stored(new).numbered() == before.without_question(question.pk).numbered()
    answer.refresh_from_db()
    assert answer.question == question
    assert [action for action, _ in actions(new)] == ["création", "modification"]
    assert actions(version) == []


def test_only_the_latest_version_changes(version, by):
    answered(version)
    editing.prepare_version(version=version, by=by)
    for call, more in [
        (editing.change, {"to": thanking("Non"), "what": "remerciement"}),
        (editing.prepare_version, {}),
    ]:
        assert "La version 2 a été préparée" in refusal(call, version=version, by=by, **more)
    assert Version.objects.filter(questionnaire=version.questionnaire).count() == 2


def test_an_unsound_change_is_refused_whole(version, by):
    before = stored(version)
    anything = before.questions[0].key
    words = refusal(
        editing.change, version=version, to=lambda s: s.without_question(anything), what="la première", by=by
    )
    assert "une question qui disparaîtrait" in words
    assert stored(version) == before
    assert actions(version) == []


def test_an_unsound_change_makes_no_version(version, by):
    answered(version)
    anything = stored(version).questions[0].key
    refusal(editing.change, version=version, to=lambda s: s.without_question(anything), what="la première", by=by)
    assert version.questionnaire.versions.get() == version


def test_what_another_removed_meanwhile_is_said_to_be_gone(version, by):
    last = stored(version).questions[-1]
    drop = {"version": version, "to": lambda s: s.without_question(last.key), "what": last.label, "by": by}
    editing.change(**drop)
    with pytest.raises(editing.ChangedMeanwhileError):
        editing.change(**drop)


def test_changes_are_made_to_what_is_stored_not_to_what_was_read(version, by):
    """Two people at once: neither undoes the other's change."""
    as_read_by_both = Version.objects.in_full().get(pk=version.pk)
    rows.read(as_read_by_both)
    editing.change(version=as_read_by_both, to=thanking("Merci"), what="remerciement", by=by)
    page = PagePart("Pour finir", questions=(QuestionPart(Question.Kind.TEXT, "Autre chose"),))
    editing.change(version=as_read_by_both, to=lambda s: s.with_page(page), what="page", by=by)
    assert stored(version).thanks == "Merci"
    assert stored(version).pages[-1].title == "Pour finir"


# Versions and campaigns ---------------------------------------------------------------------------


def test_a_prepared_version_asks_the_same(version, by):
    answered(version)
    new = editing.prepare_version(version=version, by=by)
    assert new.number == 2
    assert stored(new).numbered() == stored(version).numbered()
    assert actions(new) == [("création", by)]


def test_a_version_that_nobody_answers_needs_no_other(version, by):
    assert "Personne n’a encore répondu" in refusal(editing.prepare_version, version=version, by=by)


def test_a_campaign_in_preparation_goes_to_the_new_version(version, by):
    answered(version)
    draft = CampaignFactory(version=version)
    new = editing.prepare_version(version=version, by=by)
    editing.put_campaign_on(version=new, campaign=draft, by=by)
    draft.refresh_from_db()
    assert draft.version == new
    assert actions(draft) == [("modification", by)]


def test_a_launched_campaign_keeps_its_version(version, by):
    launched = CampaignFactory(version=version, running=True)
    stale = Campaign(pk=launched.pk)
    words = refusal(editing.put_campaign_on, version=VersionFactory(), campaign=stale, by=by)
    assert "est déjà lancée" in words
    launched.refresh_from_db()
    assert launched.version == version


# Deleting -----------------------------------------------------------------------------------------


def test_an_unused_version_is_deleted_with_its_conditions(version, by):
    answered(version)
    new = editing.prepare_version(version=version, by=by)
    editing.delete_version(version=new, by=by)
    assert version.questionnaire.versions.get() == version
    assert not Question.objects.filter(page__version=new.pk).exists()
    [entry] = AuditEntry.objects.filter(subject=subject_of(version.questionnaire))
    assert (entry.action, entry.changes) == ("suppression", {"version": 2})


def test_a_version_that_a_campaign_uses_stays(version, by):
    VersionFactory(questionnaire=version.questionnaire, number=2)
    CampaignFactory(version=version, title="Printemps")
    assert "la campagne « Printemps » emploie cette version" in refusal(editing.delete_version, version=version, by=by)
    assert version.questionnaire.versions.count() == 2


def test_the_only_version_stays(version, by):
    assert "la seule version" in refusal(editing.delete_version, version=version, by=by)
    assert version.questionnaire.versions.get() == version


def test_a_questionnaire_that_campaigns_use_stays(version, by):
    for title in ("Printemps", "Automne"):
        CampaignFactory(version=version, title=title)
    words = refusal(editing.delete_questionnaire, questionnaire=version.questionnaire, by=by)
    assert "emploient ce questionnaire" in words
    assert "« Printemps »" in words
    assert Questionnaire.objects.filter(pk=version.questionnaire_id).exists()


def test_an_unused_questionnaire_is_deleted(version, by):
    questionnaire = version.questionnaire
    subject = subject_of(questionnaire)
    editing.delete_questionnaire(questionnaire=questionnaire, by=by)
    assert not Version.objects.filter(pk=version.pk).exists()
    [entry] = AuditEntry.objects.filter(subject=subject)
    assert (entry.action, entry.by) == ("suppression", by)

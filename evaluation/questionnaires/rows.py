"""A version's rows, to its structure and back."""

from collections.abc import Iterable

from django.db import models, transaction

from evaluation.models import Version
from evaluation.questionnaires.structure import (
    CHOICES,
    Condition,
    ItemPart,
    Key,
    PagePart,
    QuestionPart,
    Structure,
)


def read(version: Version) -> Structure:
    """No query if ``version`` was fetched ``in_full``."""
    pages = [(page, list(page.questions.all())) for page in version.pages.all()]
    kinds = {question.pk: question.kind for _, questions in pages for question in questions}
    return Structure(
        introduction=version.introduction,
        thanks=version.thanks,
        pages=tuple(
            PagePart(page.title, page.help, tuple(_question(one, kinds) for one in questions), key=page.pk)
            for page, questions in pages
        ),
    )


def _question(row, kinds: dict[int, str]) -> QuestionPart:
    items = tuple(ItemPart(one.label, one.criterion_id, one.value, key=one.pk) for one in row.items.all())
    condition, on = None, row.condition_question_id
    if on is not None:
        values = (int(value) for value in row.condition_values) if kinds[on] in CHOICES else row.condition_values
        condition = Condition(on, tuple(values), row.condition_item_id)
    return QuestionPart(
        kind=row.kind,
        label=row.label,
        help=row.help,
        required=row.required,
        criterion=row.criterion_id,
        minimum=row.minimum,
        maximum=row.maximum,
        low_label=row.low_label,
        high_label=row.high_label,
        items=items,
        condition=condition,
        key=row.pk,
    )


@transaction.atomic
def write(structure: Structure, version) -> None:
    """Give ``version``, which nobody answered, exactly these pages, questions and items; those it has keep their ids.

    Conditions are to be sound (``checks.check``). A migration's ``version`` is taken too.
    """
    Page, Question, Item = (version._meta.apps.get_model("evaluation", name) for name in ("page", "question", "item"))  # noqa: N806
    version.introduction, version.thanks = structure.introduction, structure.thanks
    version.save(update_fields=["introduction", "thanks"])
    stored = Question.objects.filter(page__version=version)
    stored.update(condition_question=None, condition_item=None)

    pages = {
        part.key: Page(version=version, title=part.title, help=part.help, position=rank)
        for rank, part in enumerate(structure.pages, start=1)
    }
    kept_pages = _keep(pages, Page.objects.filter(version=version))
    questions = {
        part.key: _row(Question, part, page=pages[page.key], position=rank)
        for page in structure.pages
        for rank, part in enumerate(page.questions, start=1)
    }
    kept_questions = _keep(questions, stored)
    items = {
        item.key: Item(
            question=questions[part.key], label=item.label, criterion_id=item.criterion, value=item.value, position=rank
        )
        for part in structure.questions
        for rank, item in enumerate(part.items, start=1)
    }
    kept_items = _keep(items, Item.objects.filter(question__page__version=version))
    Item.objects.filter(question__page__version=version).exclude(pk__in=kept_items).delete()
    Question.objects.filter(page__version=version).exclude(pk__in=kept_questions).delete()
    Page.objects.filter(version=version).exclude(pk__in=kept_pages).delete()

    dependants = [part for part in structure.questions if part.condition]
    for part in dependants:
        _set_condition(questions[part.key], part.condition, structure, questions, items)
    Question.objects.bulk_update(
        [questions[part.key] for part in dependants], ["condition_question", "condition_item", "condition_values"]
    )


def _row(question_model: type[models.Model], part: QuestionPart, **place):
    return question_model(
        **place,
        kind=part.kind,
        label=part.label,
        help=part.help,
        required=part.required,
        criterion_id=part.criterion,
        minimum=part.minimum,
        maximum=part.maximum,
        low_label=part.low_label,
        high_label=part.high_label,
    )


def _keep(rows: dict[Key, models.Model], stored: models.QuerySet) -> list[int]:
    """Save ``rows``, by key, those whose key is the id of a stored one in its place; returns their ids."""
    known = set(stored.order_by().values_list("pk", flat=True))
    for key, row in rows.items():
        row.pk = key if key in known else None
    model = stored.model
    names = [one.name for one in model._meta.concrete_fields if not one.primary_key]
    model.objects.bulk_update([row for row in rows.values() if row.pk], names)
    model.objects.bulk_create([row for row in rows.values() if not row.pk])
    return [row.pk for row in rows.values()]


def _set_condition(row, condition: Condition, structure: Structure, questions: dict, items: dict) -> None:
    chosen: Iterable[Key] = condition.values
    if structure.question(condition.question).kind in CHOICES:
        chosen = (items[key].pk for key in chosen)
    row.condition_question = questions[condition.question]
    row.condition_item = items.get(condition.item)
    row.condition_values = [str(value) for value in chosen]

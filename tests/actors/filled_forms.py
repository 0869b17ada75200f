"""The forms of an entry, as a browser sends them."""

from django.http import QueryDict

from actors.editing import open_form
from actors.models import Actor


def as_shown(form) -> QueryDict:
    """What a browser sends of a form that nobody touched."""
    data = QueryDict(mutable=True)
    forms = [form, *(row for rows in getattr(form, "rows", []) for row in rows.formset)]
    for rows in getattr(form, "rows", []):
        forms.append(rows.formset.management_form)
    for one in forms:
        for field in one:
            value = field.value()
            if isinstance(value, list):
                data.setlist(field.html_name, [str(item) for item in value])
            elif value is not None and value is not False:
                shown = field.field.widget.format_value(value)
                data[field.html_name] = str(shown[0] if isinstance(shown, list) else shown or "")
    return data


def filled(code: str, actor: Actor, target: int | None = None, **values):
    """The form as shown, with some values typed in it."""
    data = as_shown(open_form(code, actor, target))
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    return open_form(code, actor, target, data)

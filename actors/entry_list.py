"""The list of a territory's entries as its coordinator reads it: filters, and where each entry stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from actors.freshness.rhythm import Freshness, states
from actors.models import Actor, Visibility
from actors.publication import unverified
from alimactiv.text import normalised
from territories.models import Territory

ACTIVE, TO_VERIFY, UNVERIFIED, ENDED = "", "a-verifier", "horaires-jamais-verifies", "cessees"


class EntryFilter(forms.Form):
    """What to keep of a list of entries; whatever is not understood keeps all."""

    q = forms.CharField(label="Nom", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(
        label="Type", required=False, choices=[("", "tous"), *((k, capfirst(v)) for k, v in Actor.Kind.choices)]
    )
    visibility = forms.ChoiceField(
        label="Vue de", required=False, choices=[("", "tous"), *((k, capfirst(v)) for k, v in Visibility.choices)]
    )
    state = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            (ACTIVE, "En activité"),
            (TO_VERIFY, "À confirmer ou à vérifier"),
            (UNVERIFIED, "Pour tout le monde, horaires non vérifiés"),
            (ENDED, "Activité cessée"),
        ],
    )

    def filter(self, entries: QuerySet[Actor], territory: Territory) -> QuerySet[Actor]:
        """Those of the ``entries`` of this territory's desk that are asked for."""
        self.full_clean()
        data, today = self.cleaned_data, timezone.localdate()
        has_ended = data.get("state") == ENDED
        entries = entries.filter(ended_on__lte=today) if has_ended else entries.active(today)
        for word in normalised(data.get("q", "")).split():
            entries = entries.filter(Q(search_name__startswith=word) | Q(search_name__contains=f" {word}"))
        if data.get("kind"):
            entries = entries.filter(kind=data["kind"])
        if data.get("visibility"):
            entries = entries.filter(visibility=data["visibility"])
        if data.get("state") == TO_VERIFY:
            due = [pk for pk, freshness in states(entries).items() if freshness.due]
            entries = entries.filter(pk__in=due)
        if data.get("state") == UNVERIFIED:
            entries = entries.filter(pk__in=unverified(territory))
        services = Count("services", filter=Q(services__ended_on=None) | Q(services__ended_on__gt=today), distinct=True)
        return entries.annotate(service_count=services).order_by("search_name", "pk")


@dataclass(frozen=True)
class EntryRow:
    actor: Actor
    freshness: Freshness
    can_edit: bool


def rows(entries: Iterable[Actor], user) -> list[EntryRow]:
    """The entries of a page, in as many queries whatever their number."""
    entries = list(entries)
    standing = states(entries)
    mine = set(Actor.objects.edited_by(user).filter(pk__in=[one.pk for one in entries]).values_list("pk", flat=True))
    return [EntryRow(one, standing[one.pk], one.pk in mine) for one in entries]

"""Forms of the report's pages."""

from collections.abc import Sequence

from django import forms

from coordination.uploads import RefusedFileError, examine
from evaluation.administration_forms import NO_PERSONAL_DATA
from evaluation.models import Evaluation, Recommendation, ReportSnapshot
from evaluation.models.reports import SMALLEST_THRESHOLD
from evaluation.reporting.layout import Place
from evaluation.reporting.release import Release

USUAL_THRESHOLD = 3
USUAL_DAYS = 90
MOST_DAYS = 366


class LayoutForm(forms.Form):
    """The sections shown, and the place of each: ``place_<code>``."""

    shown = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, places: Sequence[Place], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].choices = [(place.code, place.code) for place in places]
        for rank, place in enumerate(places, start=1):
            self.fields[f"place_{place.code}"] = forms.IntegerField(
                min_value=1, max_value=999, initial=rank, label="Place"
            )

    def clean_shown(self) -> list[str]:
        shown = self.cleaned_data["shown"]
        if not shown:
            raise forms.ValidationError("Gardez au moins une rubrique.")
        return shown

    @property
    def places(self) -> dict[str, int]:
        prefix = "place_"
        return {name.removeprefix(prefix): n for name, n in self.cleaned_data.items() if name.startswith(prefix)}


class SlideTemplateForm(forms.Form):
    file = forms.FileField(
        label="Votre modèle",
        help_text="Un diaporama PowerPoint .pptx, sans macros, de 15 Mio au plus. On en garde les dispositions, les "
        "polices et les couleurs ; ses diapositives ne sont pas reprises.",
        widget=forms.FileInput(attrs={"accept": ".pptx"}),
    )

    def clean_file(self):
        # Loaded here: python-pptx is only for who makes slides or gives their template.
        from evaluation.rendering.deck import TemplateError, check

        file = self.cleaned_data["file"]
        try:
            found = examine(file, file.name, file.size)
            if not found.name.lower().endswith(".pptx"):
                raise RefusedFileError("Il faut un diaporama .pptx.")
            check(file)
        except (RefusedFileError, TemplateError) as error:
            raise forms.ValidationError(str(error)) from None
        file.seek(0)
        self.cleaned_data["name"] = found.name
        return file


class CommentaryForm(forms.Form):
    text = forms.CharField(
        label="Votre commentaire",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=f"Mise en forme : **gras**, *italique*, une ligne « - » par point. {NO_PERSONAL_DATA}",
    )


class RecommendationForm(forms.ModelForm):
    class Meta:
        model = Recommendation
        fields = ["kind", "heading", "text", "funding"]
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 8})}


class FreezeForm(forms.Form):
    """A title; for a public report, the threshold and the territories that agreed to be named."""

    title = forms.CharField(label="Titre du rapport", max_length=200)
    public = forms.TypedChoiceField(
        label="À qui est-il destiné ?",
        choices=[("non", "à l’équipe et au comité de pilotage"), ("oui", "au public")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
        initial="non",
    )
    threshold = forms.IntegerField(
        label="Seuil",
        required=False,
        min_value=SMALLEST_THRESHOLD,
        max_value=50,
        initial=USUAL_THRESHOLD,
        help_text="Un nombre de territoires plus petit n’est pas donné.",
    )
    named = forms.TypedMultipleChoiceField(
        label="Territoires qui acceptent d’être nommés",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les autres n’apparaissent que dans les nombres. S’ils sont moins du double du seuil, presque aucun "
        "nombre ne peut être donné sans dire ce que chacun a fait : mieux vaut n’en nommer aucun, ou tous.",
    )

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        super().__init__(*args, **kwargs)
        cases = evaluation.cases.counted().select_related("participation__session")
        self.fields["named"].choices = [(c.pk, f"{c.label} (session {c.participation.session.number})") for c in cases]
        former = ReportSnapshot.objects.without_content().filter(evaluation=evaluation, public=True).first()
        self.fields["named"].initial = former.named if former else []
        self.fields["title"].initial = evaluation.title

    def clean(self):
        """A few withheld territories could be found again by taking the named ones from the totals."""
        cleaned = super().clean()
        if not cleaned.get("public") or self.errors:
            return cleaned
        threshold = cleaned["threshold"]
        if threshold is None:
            self.add_error("threshold", "Une version publique a un seuil.")
            return cleaned
        withheld = len(self.fields["named"].choices) - len(cleaned["named"])
        if 0 < withheld < threshold:
            self.add_error(
                "named",
                f"Il resterait moins de {threshold} territoires non nommés : on retrouverait leur part dans chaque "
                "nombre en retirant les autres. Nommez-les tous, ou moins d’entre eux.",
            )
        return cleaned

    @property
    def release(self) -> Release:
        if not self.cleaned_data["public"]:
            return Release()
        return Release(True, self.cleaned_data["threshold"], frozenset(self.cleaned_data["named"]))


class LinkForm(forms.Form):
    recipient = forms.EmailField(
        label="Adresse de courriel de la personne",
        help_text="Pour savoir qui a ouvert le rapport. Le site ne lui écrit pas : vous lui transmettez le lien.",
    )
    days = forms.IntegerField(label="Durée du lien, en jours", min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS)

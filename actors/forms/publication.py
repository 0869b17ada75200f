from django import forms

from actors.models import Directory
from actors.publication import origins


class DirectoryForm(forms.ModelForm):
    """The words of a territory's directory, and the sites that may show it in a frame."""

    class Meta:
        model = Directory
        fields = ["introduction", "embedding_sites"]
        widgets = {"introduction": forms.Textarea({"rows": 4}), "embedding_sites": forms.Textarea({"rows": 3})}
        help_texts = {
            "introduction": "En tête de l’annuaire\u00a0: qui le tient, à qui s’adresser. Aucune donnée sur des"
            " personnes accueillies.",
            "embedding_sites": "Une adresse par ligne, comme https://www.ville.example. Ailleurs, l’annuaire ne"
            " s’affichera pas dans une autre page.",
        }

    def clean_embedding_sites(self) -> str:
        try:
            return "\n".join(origins(self.cleaned_data["embedding_sites"]))
        except ValueError as error:
            raise forms.ValidationError(
                f"«\u00a0{error}\u00a0» n’est pas l’adresse d’un site\u00a0: elle commence par https://, sans espace."
            ) from None

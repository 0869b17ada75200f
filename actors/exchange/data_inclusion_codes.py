"""Our codes and those of data·inclusion v1, both ways."""

from data_inclusion.schema.v1 import (
    Frais,
    ModeAccueil,
    PersonneMobilisatrice,
    Public,
    ReseauPorteur,
    Thematique,
    TypeService,
)

from actors.models import Actor, FoodService
from alimactiv.text import normalised

Kind = FoodService.Kind

FOOD = Thematique.EQUIPEMENT_ET_ALIMENTATION__ALIMENTATION.value
CLOTHES = Thematique.EQUIPEMENT_ET_ALIMENTATION__HABILLEMENT.value

TYPES = dict.fromkeys(Kind, TypeService.AIDE_MATERIELLE.value)
TYPES |= {
    Kind.NUTRITION_WORKSHOP: TypeService.ATELIER.value,
    Kind.SHARED_KITCHEN: TypeService.ATELIER.value,
    Kind.COMMUNITY_GARDEN: TypeService.ATELIER.value,
    Kind.FOOD_VOUCHER: TypeService.AIDE_FINANCIERE.value,
}
# Those that no person comes to have no type.
TYPES |= {Kind.LOGISTICS_HUB: None, Kind.SHARED_STORAGE: None}

EVERYONE = Public.TOUS_PUBLICS.value
PUBLICS = {
    FoodService.Public.FAMILIES: Public.FAMILLES.value,
    FoodService.Public.BABIES: Public.FAMILLES.value,
    FoodService.Public.YOUNG: Public.JEUNES.value,
    FoodService.Public.STUDENTS: Public.ETUDIANTS.value,
    FoodService.Public.WOMEN: Public.FEMMES.value,
    FoodService.Public.SENIORS: Public.SENIORS.value,
    FoodService.Public.DISABLED: Public.PERSONNES_EN_SITUATION_DE_HANDICAP.value,
    FoodService.Public.HOMELESS: Public.PERSONNES_EN_SITUATION_D_URGENCE.value,
    FoodService.Public.EXILED: Public.PERSONNES_EXILEES.value,
    FoodService.Public.JOBSEEKERS: Public.DEMANDEURS_EMPLOI.value,
    FoodService.Public.WORKING: Public.ACTIFS.value,
    FoodService.Public.QPV_RESIDENTS: Public.RESIDENTS_QPV_FRR.value,
}
OUR_PUBLICS = {theirs: ours.value for ours, theirs in reversed(PUBLICS.items())}
PUBLIC_LABELS = {public.value: public.label for public in Public}

FEES = {
    FoodService.Fee.FREE: Frais.GRATUIT.value,
    FoodService.Fee.CONTRIBUTION: Frais.PAYANT.value,
    FoodService.Fee.PAID: Frais.PAYANT.value,
}
OUR_FEES = {Frais.GRATUIT.value: FoodService.Fee.FREE.value, Frais.PAYANT.value: FoodService.Fee.PAID.value}

ON_SITE = ModeAccueil.EN_PRESENTIEL.value
PERSONS = PersonneMobilisatrice.USAGERS.value
PROFESSIONALS = PersonneMobilisatrice.PROFESSIONNELS.value

_OF_KIND = {
    Actor.Kind.CCAS: ReseauPorteur.CCAS_CIAS.value,
    Actor.Kind.COMMUNE: ReseauPorteur.COMMUNES.value,
    Actor.Kind.DEPARTMENT: ReseauPorteur.DEPARTEMENTS.value,
}
OUR_KINDS = {network: kind.value for kind, network in _OF_KIND.items()}
NETWORK_LABELS = {network.value: network.label for network in ReseauPorteur}
_NETWORKS = {normalised(word): network.value for network in ReseauPorteur for word in (network.value, network.label)}
_NETWORKS |= {
    "banque alimentaire": ReseauPorteur.BANQUES_ALIMENTAIRES.value,
    "ffba": ReseauPorteur.BANQUES_ALIMENTAIRES.value,
    "croix rouge francaise": ReseauPorteur.CROIX_ROUGE.value,
    "les restos du coeur": ReseauPorteur.RESTOS_DU_COEUR.value,
    "les restaurants du coeur": ReseauPorteur.RESTOS_DU_COEUR.value,
    "restaurants du coeur": ReseauPorteur.RESTOS_DU_COEUR.value,
    "secours populaire francais": ReseauPorteur.SECOURS_POPULAIRE.value,
    "emmaus france": ReseauPorteur.EMMAUS.value,
}


def networks_of(actor: Actor) -> list[str]:
    """The networks of the schema that a structure is of: by its network's name, and by what it is itself."""
    found = {_NETWORKS.get(normalised(actor.network)), _OF_KIND.get(Actor.Kind(actor.kind))}
    return sorted(found - {None})

"""From a new campaign to its launch, at both widths."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation.campaigns import operations
from evaluation.models import Campaign
from tests.factories import (
    CampaignFactory,
    CaseFactory,
    EvaluationFactory,
    QuestionFactory,
    TraineeFactory,
    UserFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Communauté d’agglomération Fiction-sur-Exemple-et-ses-environs"


def test_a_campaign_from_its_creation_to_its_launch(page_at_each_width, assert_accessible, sign_in):
    staff = UserFactory(is_staff=True, name="Équipe fictive", email="equipe@exemple.test")
    evaluation = EvaluationFactory(title="Évaluation fictive", as_of=date(2100, 1, 1))
    case = CaseFactory(evaluation=evaluation, label=LONG)
    CaseFactory(evaluation=evaluation, label="Vide-Exemple")
    people = {"participation": case.participation}
    TraineeFactory(
        name="Camille Fictive", email=f"{'longue.' * 6}adresse@exemple.test", phone="01 99 00 00 01", **people
    )
    TraineeFactory(name="Sacha Fictif", **people)
    TraineeFactory(name="Alix Partie", in_post_until=timezone.localdate() - timedelta(days=9), **people)
    QuestionFactory(page__version=VersionFactory())

    page = page_at_each_width
    sign_in(page, staff)
    page.goto(reverse("campaigns:campaign_list"))
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Nouvelle campagne").click()
    assert_accessible(page)
    page.get_by_label("Nom de la campagne").fill("")
    page.get_by_role("button", name="Préparer la campagne").click()
    page.get_by_text("À corriger avant de continuer").wait_for()
    assert_accessible(page)
    page.get_by_label("Nom de la campagne").fill("Six mois après")
    page.get_by_role("button", name="Préparer la campagne").click()
    page.get_by_role("heading", name="Six mois après").wait_for()
    assert_accessible(page)

    page.get_by_role("link", name="Destinataires", exact=True).click()
    page.get_by_text("N’est plus en poste.").wait_for()
    assert_accessible(page)
    page.get_by_label("Sacha Fictif").uncheck()
    page.get_by_role("button", name="Enregistrer les destinataires").click()
    page.get_by_text("Les destinataires sont enregistrés.").wait_for()

    with page.expect_navigation():
        page.get_by_role("link", name="Textes", exact=True).click()
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Modifier").nth(1).click()
    assert_accessible(page)
    page.get_by_label("Texte", exact=True).fill("Bonjour {prenom}")
    page.get_by_role("button", name="Enregistrer").click()
    page.locator(".field-error", has_text="Champ inconnu").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Annuler").click()

    page.get_by_role("link", name="Envois prévus", exact=True).click()
    page.get_by_role("heading", name="1 personne recevra des courriels").wait_for()
    page.get_by_text("Décoché·e parmi les destinataires.").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Lancer la campagne").click()
    page.get_by_text("La campagne est lancée").wait_for()
    assert_accessible(page)
    campaign = Campaign.objects.get()
    assert (campaign.state, [one.name for one in campaign.invitations.all()]) == ("running", ["Camille Fictive"])


def test_the_pages_of_a_campaign_under_way(page_at_each_width, assert_accessible, sign_in):
    staff = UserFactory(is_staff=True)
    campaign = CampaignFactory.build(evaluation=EvaluationFactory(), version=VersionFactory())
    QuestionFactory(page__version=campaign.version)
    case = CaseFactory(evaluation=campaign.evaluation, label=LONG)
    TraineeFactory(participation=case.participation, email=f"{'longue.' * 6}adresse@exemple.test")
    operations.create(campaign=campaign, sessions=[case.participation.session.number], by=staff)
    operations.launch(campaign=campaign, by=staff)
    one = campaign.invitations.get()
    page = page_at_each_width
    sign_in(page, staff)
    for name in ("campaign", "campaign_edit", "recipients", "recipient_add", "texts", "sending", "extend", "end"):
        page.goto(reverse(f"campaigns:{name}", args=[campaign.pk]))
        assert_accessible(page)
    for name in ("recipient_correct", "recipient_replace", "recipient_remove"):
        page.goto(reverse(f"campaigns:{name}", args=[campaign.pk, one.pk]))
        assert_accessible(page)

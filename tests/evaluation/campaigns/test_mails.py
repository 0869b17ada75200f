"""Who still gets a mail when it leaves, and what it says: ``evaluation/campaigns/mails.py``, through the outbox."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.audit import subject_of
from evaluation.campaigns import asking, mails, operations, recipients
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Campaign, Invitation, Step
from outbox import delivery, links
from outbox.decisions import PARIS
from outbox.models import Link, Mail
from outbox.operations import opt_out, record_bounce
from tests.factories import (
    AnswerFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    QuestionFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    StepFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
State = Mail.State
TUESDAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=PARIS)


@pytest.fixture
def invitation() -> Invitation:
    """Of a campaign whose invitations leave today, Tuesday 10 March 2026."""
    campaign = CampaignFactory(
        running=True,
        opens_on=TUESDAY,
        closes_on=TUESDAY + timedelta(days=35),
        launched_at=NOON - timedelta(days=20),
        sender_name="Équipe fictive",
        reply_to="equipe@exemple.test",
        evaluation__title="Évaluation fictive",
    )
    QuestionFactory(page__version=campaign.version)
    for default in DEFAULT_STEPS:
        words = default.words
        StepFactory(
            campaign=campaign,
            kind=default.kind,
            days=default.days,
            subject=words.subject,
            text=words.text,
            partial_subject=words.partial_subject,
            partial_text=words.partial_text,
        )
    case = CaseFactory(evaluation=campaign.evaluation, label="Ville-Exemple")
    return InvitationFactory(campaign=campaign, case=case, name="Camille Fictive", email="Camille@exemple.test")


def go(now: datetime = NOON) -> dict[str, int]:
    """Ask and send at this moment: how many mails now have each state."""
    asking.ask_due(now)
    return {state: count for state, count in delivery.send_due(clock=lambda: now).states.items() if count}


def asked(now: datetime = NOON) -> Mail:
    """The mail asked for, which has not left."""
    asking.ask_due(now)
    return Mail.objects.get(state=State.DUE)


def sent_at(now: datetime) -> Mail:
    """What becomes of the one mail that waits."""
    delivery.send_due(clock=lambda: now)
    return Mail.objects.get()


def test_the_invitation(invitation, mailoutbox, settings):
    settings.SITE_URL = "https://alimactiv.exemple.test"
    assert go() == {State.SENT: 1}
    (mail,) = mailoutbox
    assert mail.to == ["camille@exemple.test"]
    assert mail.subject == "Ville-Exemple : que devient la coordination ?"
    assert mail.reply_to == ["equipe@exemple.test"]
    assert mail.from_email.startswith("=?utf-8?") or "Équipe fictive" in mail.from_email
    token = mail.body.partition("https://alimactiv.exemple.test/repondre/")[2].partition("/")[0]
    link = links.find(token, QUESTIONNAIRE)
    assert (link.subject, link.recipient) == (subject_of(invitation), "camille@exemple.test")
    assert "Bonjour Camille Fictive," in mail.body
    assert "mardi 14 avril 2026" in mail.body
    assert "« Évaluation fictive »" in mail.body
    assert "environ 5 minutes" in mail.body
    assert "{" not in mail.body
    html = mail.alternatives[0].content
    assert f'<a href="https://alimactiv.exemple.test/repondre/{token}/">Ouvrir le questionnaire</a>' in html
    assert "List-Unsubscribe" in mail.extra_headers


def test_its_link_works_until_the_closing_day_and_a_month_more(invitation, mailoutbox):
    now = timezone.now()
    Campaign.objects.update(opens_on=timezone.localdate(), closes_on=timezone.localdate() + timedelta(days=35))
    mail = asked(now)
    mail.claimed_at = now
    mails.render(mail, links.MailLinks(mail))
    until = mails.works_until(Campaign.objects.get())
    assert timezone.localdate(until) == timezone.localdate() + timedelta(days=36 + mails.DAYS_AFTER_CLOSING)
    assert abs(Link.objects.get().expires_at - until) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda one: ResponseFactory(invitation=one, started_at=NOON, submitted_at=NOON), "Cette personne a répondu."),
        (lambda one: Invitation.objects.update(declined_at=NOON), "Cette personne a décliné."),
        (
            lambda one: Invitation.objects.update(ended_at=NOON, ending="removed"),
            "Cette personne n’est plus sollicitée.",
        ),
        (
            lambda one: Invitation.objects.update(email="autre@exemple.test"),
            "L’adresse de cette personne a changé depuis.",
        ),
        (lambda one: Campaign.objects.update(state="ended"), "La campagne est arrêtée."),
        (lambda one: Campaign.objects.update(closes_on=TUESDAY + timedelta(days=2)), "La campagne est close."),
        (
            lambda one: opt_out(address=one.email, purpose=QUESTIONNAIRE),
            "La personne s’est désinscrite de ces courriels.",
        ),
        (lambda one: record_bounce(address=one.email, reason="550"), "Adresse refusée : 550"),
        (lambda one: one.delete(), "Cette étape ou cette personne ne fait plus partie de la campagne."),
        (
            lambda one: Step.objects.filter(days=0).delete(),
            "Cette étape ou cette personne ne fait plus partie de la campagne.",
        ),
    ],
)
def test_what_happens_between_asking_and_leaving_is_seen(invitation, mailoutbox, happens, reason):
    asked()
    happens(invitation)
    mail = sent_at(NOON + timedelta(days=3))
    assert (mail.state, mail.reason, mailoutbox) == (State.CANCELLED, reason, [])
    asking.ask_due(NOON + timedelta(days=3))
    invitation_mails = Mail.objects.filter(recipient="camille@exemple.test")
    assert invitation_mails.count() == 1, "what was given up is not asked for again"


def test_someone_else_of_the_territory_answered_meanwhile(invitation, mailoutbox):
    Campaign.objects.update(one_per_territory=True)
    asked()
    other = InvitationFactory(campaign=invitation.campaign, case=invitation.case)
    ResponseFactory(invitation=other, started_at=NOON, submitted_at=NOON)
    assert sent_at(NOON).reason == "Quelqu’un d’autre a répondu pour ce territoire."


def test_a_notice_that_waited_too_long_is_dropped_and_the_invitation_leaves(invitation, mailoutbox):
    asked(NOON - timedelta(days=3))
    assert go(NOON) == {State.CANCELLED: 1}
    assert go(NOON + timedelta(minutes=10)) == {State.SENT: 1}
    assert [mail.subject for mail in mailoutbox] == ["Ville-Exemple : que devient la coordination ?"]


def test_who_wrote_today_gets_it_tomorrow_in_words_of_their_own(invitation, mailoutbox):
    asked()
    response = ResponseFactory(invitation=invitation, saved_at=NOON - timedelta(hours=1))
    AnswerFactory(response=response)
    mail = sent_at(NOON)
    assert (mail.state, mail.reason) == (State.DUE, "Cette personne a répondu à une question aujourd’hui.")
    assert mail.due_at == datetime(2026, 3, 11, 8, tzinfo=PARIS)
    assert sent_at(datetime(2026, 3, 11, 8, tzinfo=PARIS)).state == State.SENT
    assert mailoutbox[0].subject == "Ville-Exemple : votre questionnaire est commencé"


def test_a_response_that_is_only_opened_is_not_begun(invitation, mailoutbox):
    ResponseFactory(invitation=invitation)
    go()
    assert mailoutbox[0].subject == "Ville-Exemple : que devient la coordination ?"


def test_a_pause_puts_off_what_waits_and_asks_for_nothing(invitation, mailoutbox):
    asked()
    Campaign.objects.update(state=Campaign.State.PAUSED)
    late = InvitationFactory(campaign=invitation.campaign)
    for days in range(3):
        assert go(NOON + timedelta(days=days)) == {State.DUE: 1}
    Campaign.objects.update(state=Campaign.State.RUNNING)
    assert go(NOON + timedelta(days=3)) == {State.SENT: 2}
    assert {mail.to[0] for mail in mailoutbox} == {"camille@exemple.test", late.email}


def test_a_corrected_address_gets_the_latest_step_once_as_an_invitation(invitation, mailoutbox):
    go()
    later = NOON + timedelta(days=7)
    Invitation.objects.update(email="nouvelle@exemple.test")
    assert go(later) == {State.SENT: 1}
    assert go(later + timedelta(days=1)) == {}
    assert [mail.to for mail in mailoutbox] == [["camille@exemple.test"], ["nouvelle@exemple.test"]]
    assert mailoutbox[1].subject == mailoutbox[0].subject


def test_names_cannot_break_out_of_the_html_or_the_title(invitation, mailoutbox):
    Invitation.objects.update(name="<script>alert(1)</script>")
    invitation.case.label = "Ville\nBcc: x@exemple.test"
    invitation.case.save()
    go()
    assert "<script>" not in mailoutbox[0].alternatives[0].content
    assert mailoutbox[0].subject == "Ville Bcc: x@exemple.test : que devient la coordination ?"


def test_a_sender_of_two_lines_is_one(invitation, mailoutbox):
    Campaign.objects.update(sender_name="ANSA\nBcc: x@exemple.test")
    assert go() == {State.SENT: 1}


def extends(one: Invitation) -> None:
    later = one.campaign.closes_on + timedelta(days=60)
    operations.extend(campaign=one.campaign, closes_on=later, by=UserFactory(is_staff=True))


def corrects(one: Invitation) -> None:
    one.email = "juste@exemple.test"
    recipients.correct(invitation=one, by=UserFactory(is_staff=True))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, where nobody waits")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [extends, corrects])
def test_what_changes_while_a_mail_leaves_holds_for_its_link_too(act):
    today = timezone.localdate()
    campaign = CampaignFactory(running=True, opens_on=today, closes_on=today + timedelta(days=35))
    step = StepFactory(campaign=campaign, text="{lien} {date_limite}")
    one = InvitationFactory(campaign=campaign)
    mail = QuestionnaireMailFactory(invitation=one, step=step.code, state=State.DUE)
    mail.claimed_at = timezone.now()

    def act_and_close() -> None:
        try:
            act(one)
        finally:
            connection.close()

    other = threading.Thread(target=act_and_close)
    with transaction.atomic():
        mails.render(mail, links.MailLinks(mail))
        other.start()
        other.join(3)  # ends at once if nothing holds it back
    other.join(30)
    link = Link.objects.get()
    campaign.refresh_from_db()
    assert (link.expires_at == mails.works_until(campaign)) if act is extends else link.revoked_at


# A test to oneself ----------------------------------------------------------------------------------


def test_an_essai_goes_to_who_asks_at_once_and_its_link_is_nobodys(invitation, mailoutbox):
    by = UserFactory(is_staff=True, email="equipe@exemple.test")
    step = Step.objects.get(days=0)
    operations.send_test(step=step, by=by)
    operations.send_test(step=step, by=by)
    sunday = datetime(2030, 1, 6, 23, tzinfo=PARIS)
    delivery.send_due(clock=lambda: sunday)
    assert [mail.to for mail in mailoutbox] == [["equipe@exemple.test"]] * 2
    mail = mailoutbox[0]
    assert mail.subject == "[Essai] Ville-Exemple : que devient la coordination ?"
    assert mail.body.startswith("Ceci est un essai : ")
    assert invitation.campaign.version.get_absolute_url() in mail.body
    assert "Camille Fictive" not in mail.body
    assert not Link.objects.exists()
    assert Mail.objects.filter(purpose=QUESTIONNAIRE).count() == 0


def test_an_essai_of_a_step_taken_out_meanwhile_does_not_leave(invitation, mailoutbox):
    step = Step.objects.get(days=7)
    operations.send_test(step=step, by=UserFactory(is_staff=True))
    step.delete()
    assert sent_at(datetime(2030, 1, 6, 23, tzinfo=PARIS)).reason == "Cette étape n’existe plus."

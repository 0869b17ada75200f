"""Arrivals in a structure and departures from it, their mails through a real SMTP server."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import closing
from accounts.models import AuditEntry, User
from accounts.operations import deactivate_account
from actors.membership import deciders_of, losses
from actors.models import Actor, Joining, Member
from actors.operations import joining as operations
from outbox import delivery, links
from outbox.decisions import is_open
from outbox.models import Mail
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DirectoryFactory,
    JoiningFactory,
    MemberFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
State, Access = Joining.State, Member.Access


@pytest.fixture
def territory():
    return TerritoryFactory(name="Ville-Fictive")


@pytest.fixture
def coordinator(territory):
    return CoordinatorFactory(territory=territory, user__email="coord@exemple.test").user


@pytest.fixture
def actor(territory):
    return ActorFactory(name="Entraide fictive", territories=[territory])


@pytest.fixture
def manager(actor):
    account = UserFactory(email="referente@exemple.test", name="Camille Fictive")
    return MemberFactory(actor=actor, user=account, email=account.email, access="manager")


def opening(days: int = 0):
    """A moment from ``days`` on when mails leave."""
    moment = timezone.now() + timedelta(days=days, minutes=1)
    while not is_open(moment):
        moment += timedelta(hours=1)
    return moment


def send(mail_server, days: int = 0) -> dict[str, list]:
    """What leaves then, by recipient."""
    mail_server.messages.clear()
    delivery.send_due(clock=lambda: opening(days))
    found: dict[str, list] = {}
    for message in mail_server.messages:
        found.setdefault(message["To"], []).append(message)
    return found


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def link_in(message, path: str) -> str:
    return re.search(rf"/annuaire/membres/{path}/([\w-]+)/", text_of(message))[1]


def invite(actor, by, **fields) -> Joining:
    fields = {"name": "Awa Fictive", "email": "Awa@exemple.test", "role": "trésorière", "access": "editor"} | fields
    return operations.invite(actor=actor, by=by, **fields)


# Invitations --------------------------------------------------------------------------------------


def test_who_accepts_is_a_member_with_an_account(mail_server, client, actor, manager):
    invite(actor, manager.user)
    (message,) = send(mail_server)["awa@exemple.test"]
    assert message["Subject"] == "Invitation : Entraide fictive"
    assert message["Reply-To"] == "referente@exemple.test"
    assert "Camille Fictive vous invite" in text_of(message)
    token = link_in(message, "invitation")
    page = reverse("membership:invitation", args=[token])

    assert client.get(page).status_code == 200
    assert not User.objects.filter(email="awa@exemple.test").exists()
    assert client.post(page, {"accept": "1"}).status_code == 200

    member = actor.members.get(email="awa@exemple.test")
    assert (member.user.email, member.name, member.role, member.access) == (
        "awa@exemple.test",
        "Awa Fictive",
        "trésorière",
        "editor",
    )
    assert member.user.role == User.Role.NONE
    assert Joining.objects.get().state == State.ACCEPTED
    assert client.get(page).status_code == 404
    assert client.post(page, {"accept": "1"}).status_code == 404
    assert actor.members.count() == 2


def test_a_link_lasts_thirty_days(actor, manager, mail_server):
    joining = invite(actor, manager.user)
    send(mail_server)
    link = links.Link.objects.get(purpose=operations.INVITATION)
    assert link.subject == f"joining:{joining.pk}"
    assert timedelta(days=29) < link.expires_at - timezone.now() <= timedelta(days=30)


def test_who_declines_gets_no_account(mail_server, client, actor, manager):
    invite(actor, manager.user)
    token = link_in(send(mail_server)["awa@exemple.test"][0], "invitation")
    client.post(reverse("membership:invitation", args=[token]), {"decline": "1"})
    assert Joining.objects.get().state == State.REFUSED
    assert not User.objects.filter(email="awa@exemple.test").exists()
    assert actor.members.count() == 1


def test_who_has_an_account_keeps_it(actor, manager):
    account = UserFactory(email="awa@exemple.test", name="Awa")
    member = operations.accept(joining=invite(actor, manager.user))
    assert (member.user, User.objects.filter(email="awa@exemple.test").get().name) == (account, "Awa")


def test_who_had_left_is_back_with_the_rights_of_the_invitation(actor, manager):
    former = MemberFactory(actor=actor, email="AWA@exemple.test", access="manager", left_on=date(2026, 1, 1))
    member = operations.accept(joining=invite(actor, manager.user))
    assert (member, member.left_on, member.access) == (former, None, "editor")


def test_nobody_loses_rights_by_accepting(actor, manager):
    MemberFactory(actor=actor, email="awa@exemple.test", access="manager")
    assert operations.accept(joining=invite(actor, manager.user)).access == "manager"


def test_an_invitation_sent_again_opens_with_the_last_link_only(mail_server, actor, manager):
    joining = invite(actor, manager.user)
    assert not operations.send_again(joining=joining, by=manager.user)
    first = link_in(send(mail_server)["awa@exemple.test"][0], "invitation")
    assert operations.send_again(joining=joining, by=manager.user)
    second = link_in(send(mail_server, days=2)["awa@exemple.test"][0], "invitation")
    assert links.find(first, operations.INVITATION) is None
    assert links.find(second, operations.INVITATION) is not None


def test_an_invitation_taken_back_opens_nothing(mail_server, actor, manager, client):
    joining, unsent = invite(actor, manager.user), invite(actor, manager.user, email="b@exemple.test")
    token = link_in(send(mail_server)["awa@exemple.test"][0], "invitation")
    Mail.objects.filter(recipient="b@exemple.test").update(state=Mail.State.DUE)
    for one in (joining, unsent):
        operations.revoke(joining=one, by=manager.user)
    assert client.get(reverse("membership:invitation", args=[token])).status_code == 404
    assert send(mail_server, days=2) == {}
    with pytest.raises(operations.AlreadySettledError):
        operations.accept(joining=joining)


def test_the_structure_s_log_tells_arrivals_and_departures(actor, manager):
    member = operations.accept(joining=invite(actor, manager.user))
    operations.leave(member=member, by=manager.user)
    assert AuditEntry.objects.filter(subject=f"actor:{actor.pk}").get().changes == {
        "personne": "Awa Fictive",
        "droits": Access.EDITOR.label,
    }
    told = AuditEntry.objects.filter(subject=f"member:{member.pk}").order_by("pk").values_list("action", "by")
    assert [*told] == [("création", None), ("modification", manager.user.pk)]


# « C’est ma structure » ---------------------------------------------------------------------------


def claim(actor, by=None, **fields) -> Joining:
    fields = {"name": "Awa Fictive", "email": "awa@exemple.test", "role": "", "message": "Bonjour"} | fields
    return operations.claim(actor=actor, by=by, **fields)


def test_the_log_names_who_claims_once_the_address_is_proved(actor):
    joining = claim(actor)
    assert not AuditEntry.objects.exists()
    operations.prove(joining=joining)
    noted = AuditEntry.objects.get(subject=f"actor:{actor.pk}")
    assert (noted.action, noted.changes) == ("demande à être membre", {"personne": "Awa Fictive"})


def test_a_claim_is_proved_then_approved(mail_server, client, actor, manager, coordinator):
    joining = claim(actor)
    sent = send(mail_server)
    assert sorted(sent) == ["awa@exemple.test"]
    token = link_in(sent["awa@exemple.test"][0], "demande")
    assert client.get(reverse("membership:claim_prove", args=[token])).status_code == 200
    assert Joining.objects.get().state == State.SENT
    assert client.post(reverse("membership:claim_prove", args=[token])).status_code == 200
    assert Joining.objects.get().state == State.PENDING
    assert not actor.members.filter(email="awa@exemple.test").exists()

    told = send(mail_server)
    assert sorted(told) == ["coord@exemple.test", "referente@exemple.test"]
    for (message,) in told.values():
        assert "awa@exemple.test" in text_of(message)
        assert "Bonjour" in text_of(message)

    operations.approve(joining=joining, access="editor", by=manager.user)
    assert actor.members.get(email="awa@exemple.test").user.email == "awa@exemple.test"
    (message,) = send(mail_server, days=1)["awa@exemple.test"]
    assert "est acceptée" in text_of(message)


def test_a_claim_refused_tells_why(mail_server, actor, manager):
    joining = operations.prove(joining=claim(actor))
    operations.refuse(joining=joining, reason="Nous ne vous connaissons pas.", by=manager.user)
    (message,) = send(mail_server)["awa@exemple.test"]
    assert "Nous ne vous connaissons pas." in text_of(message)
    assert "Camille" not in text_of(message)
    assert not User.objects.filter(email="awa@exemple.test").exists()
    with pytest.raises(operations.AlreadySettledError):
        operations.approve(joining=joining, access="manager", by=manager.user)


def test_nothing_is_approved_before_the_address_is_proved(actor, manager):
    with pytest.raises(operations.AlreadySettledError):
        operations.approve(joining=claim(actor), access="editor", by=manager.user)


def test_who_is_signed_in_has_proved_their_address(mail_server, actor, manager):
    account = UserFactory(email="awa@exemple.test")
    assert claim(actor, by=account).state == State.PENDING
    assert sorted(send(mail_server)) == ["referente@exemple.test"]
    assert claim(actor, by=account, email="autre@exemple.test").state == State.SENT


def test_who_was_invited_gets_the_invitation_again(mail_server, actor, manager):
    invite(actor, manager.user)
    send(mail_server)
    claim(actor)
    (message,) = send(mail_server, days=2)["awa@exemple.test"]
    assert message["Subject"] == "Invitation : Entraide fictive"
    assert Joining.objects.count() == 1


def test_a_member_is_told_that_they_are_one(mail_server, actor, manager):
    claim(actor, email=manager.email)
    (message,) = send(mail_server)[manager.email]
    assert "Vous l’êtes déjà" in text_of(message)
    assert "/demande/" not in text_of(message)


def test_a_claim_says_the_same_whether_the_address_is_known_or_not(client, territory, manager, actor):
    Actor.objects.filter(pk=actor.pk).update(visibility="public")
    DirectoryFactory(territory=territory)
    JoiningFactory(actor=actor, email="invitee@exemple.test")
    page = reverse("membership:claim", args=[actor.pk])
    answers = []
    for address in ("inconnue@exemple.test", manager.email, "invitee@exemple.test"):
        answer = client.post(page, {"name": "Awa Fictive", "email": address})
        answers.append((answer.status_code, answer.content.decode().replace(address, "…")))
        assert "Camille" not in answers[-1][1]
    assert answers[0][0] == 200
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for _, page in answers}) == 1


def test_claims_are_limited(client, territory, actor):
    Actor.objects.filter(pk=actor.pk).update(visibility="public")
    DirectoryFactory(territory=territory)
    page = reverse("membership:claim", args=[actor.pk])
    for _ in range(5):
        assert client.post(page, {"name": "Awa", "email": "a@exemple.test"}).context["form"].errors == {}
    answer = client.post(page, {"name": "Awa Fictive", "email": "a@exemple.test"})
    assert "Trop de demandes" in answer.context["form"].non_field_errors()[0]
    assert Mail.objects.count() == 1


def test_who_decides(actor, manager, coordinator):
    UserFactory(is_staff=True)
    CoordinatorFactory()
    MemberFactory(actor=actor, user=UserFactory(), access="editor")
    MemberFactory(actor=actor, user=UserFactory(), access="manager", left_on=date(2026, 1, 1))
    MemberFactory(actor=actor, user=UserFactory(is_active=False), access="manager")
    MemberFactory(user=UserFactory(), access="manager")
    assert deciders_of(actor) == ["coord@exemple.test", "referente@exemple.test"]


def test_without_anybody_the_team_decides(actor):
    staff = UserFactory(is_staff=True)
    assert deciders_of(actor) == [staff.email]


def test_a_decider_who_left_meanwhile_is_not_told(mail_server, actor, manager):
    operations.prove(joining=claim(actor))
    operations.leave(member=manager, by=manager.user)
    assert send(mail_server) == {}


# Nobody goes unnoticed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "nobody_left"),
    [
        ([], True),
        ([{"access": "manager"}], None),
        ([{"access": "editor"}], False),
        ([{"access": "manager", "left_on": date(2026, 1, 1)}], True),
        ([{"access": "manager", "user__is_active": False}], True),
        ([{"access": "editor"}, {"access": "manager", "left_on": date(2026, 1, 1)}], False),
    ],
)
def test_what_a_structure_loses(actor, manager, others, nobody_left):
    for fields in others:
        account = UserFactory(is_active=fields.pop("user__is_active", True))
        MemberFactory(actor=actor, user=account, **fields)
    MemberFactory(user=UserFactory(), access="manager")  # of another structure
    found = losses([manager])
    assert [loss.nobody_left for loss in found] == ([] if nobody_left is None else [nobody_left])


def test_it_is_said_before_an_account_is_closed(client, actor, manager):
    client.force_login(UserFactory(is_staff=True))
    MemberFactory(actor=actor, access="attends")
    page = client.get(reverse("accounts:deactivate_person", args=[manager.user.pk])).content.decode()
    assert "Entraide fictive n’aurait plus de référent·e" in page
    assert closing.left_undone(UserFactory()) == []


def test_coordinators_are_told_once_in_one_mail(mail_server, territory, coordinator, actor, manager):
    other = MemberFactory(actor=ActorFactory(name="Relais fictif", territories=[territory]), access="manager")
    ActorFactory(name="Sans personne depuis toujours", territories=[territory])
    alone = MemberFactory(actor=ActorFactory(name="Tranquille", territories=[territory]), access="manager")
    gone = MemberFactory(actor=ActorFactory(name="Ailleurs"), access="manager")
    operations.tell_bereft_structures()
    assert not Mail.objects.exists()

    MemberFactory(actor=other.actor, access="attends")
    for member in (manager, other, gone):
        operations.leave(member=member, by=coordinator)
    for _ in range(2):
        operations.tell_bereft_structures()

    sent = send(mail_server)
    assert sorted(sent) == ["coord@exemple.test"]
    (message,) = sent["coord@exemple.test"]
    assert message["Subject"] == "2 structures n’ont plus personne"
    assert "- Entraide fictive\n- Relais fictif\n" in text_of(message)
    assert str(alone.actor) not in text_of(message)
    operations.tell_bereft_structures()
    assert send(mail_server, days=2) == {}


def test_it_is_told_anew_when_it_happens_again(mail_server, coordinator, actor, manager):
    MemberFactory(actor=actor, left_on=date(2025, 1, 1))
    Member.objects.filter(pk=manager.pk).update(left_on=date(2026, 1, 1))
    operations.tell_bereft_structures()
    assert len(send(mail_server)) == 1
    Mail.objects.update(sent_at=timezone.now() - timedelta(days=3))  # it left at the next opening, later than now
    Member.objects.filter(pk=manager.pk).update(left_on=None)
    operations.tell_bereft_structures()
    assert send(mail_server, days=2) == {}
    Member.objects.filter(pk=manager.pk).update(left_on=date(2026, 2, 1))
    operations.tell_bereft_structures()
    assert len(send(mail_server, days=4)) == 1


def test_a_closed_account_counts_as_a_departure(mail_server, coordinator, actor, manager):
    deactivate_account(by=UserFactory(is_staff=True), user=manager.user)
    operations.tell_bereft_structures()
    (message,) = send(mail_server)["coord@exemple.test"]
    assert message["Subject"] == "Entraide fictive n’a plus personne"


def test_a_structure_that_has_someone_again_is_not_told(mail_server, coordinator, actor, manager):
    operations.leave(member=manager, by=coordinator)
    operations.tell_bereft_structures()
    MemberFactory(actor=actor, access="manager")
    assert send(mail_server) == {}


@pytest.mark.parametrize("fields", [{"ended_on": date(2026, 1, 1)}, {"merged": True}])
def test_neither_is_one_that_ended_or_was_merged(coordinator, actor, manager, fields):
    operations.leave(member=manager, by=coordinator)
    if fields.pop("merged", False):
        fields = {"merged_into": ActorFactory()}
    Actor.objects.filter(pk=actor.pk).update(**fields)
    operations.tell_bereft_structures()
    assert not Mail.objects.exists()

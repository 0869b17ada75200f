"""Who opens which address: the one table, role by role, over the whole URL conf.

A coordinator is tried on their own territory's pages; "elsewhere" coordinates another territory of another
evaluation; a "member" is of one of the territory's structures. 200 opens, 302 leads on (to sign-in for who is not
signed in), 403 is in scope but not allowed, 404 is out of scope, 405 refuses a GET (the address acts, by POST).
Where the answer depends on what the address names, it has several rows: the words after its name tell them apart.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from accounts.audit import subject_of
from actors.freshness.addressees import CHECK
from actors.operations.joining import CLAIM
from actors.operations.joining import INVITATION as INVITED
from actors.operations.merging import merge, tell_apart
from coordination.feeds import create_feed
from coordination.invitations import INVITATION, REPLY
from coordination.models import CalendarFeed, Correction, Outcome, WorkingGroup
from coordination.sending import REVIEW
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Evidence, ImportRun, PublishedFigure, Recommendation
from evaluation.reporting import readers
from evaluation.reporting.snapshots import freeze
from outbox import links
from outbox.models import Bounce, OptOut
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    AnswerFactory,
    AttendanceFactory,
    BookletPrintFactory,
    CallFactory,
    CampaignFactory,
    CaseFactory,
    CodingFactory,
    CoordinatorFactory,
    DiagnosticFactory,
    DirectoryFactory,
    DirectoryImportFactory,
    DocumentFactory,
    EvidenceFactory,
    FoodServiceFactory,
    InvitationFactory,
    JoiningFactory,
    MailFactory,
    MeetingFactory,
    MemberFactory,
    MinutesFactory,
    PageFactory,
    ParticipationFactory,
    ProjectFactory,
    ProposalFactory,
    QuestionFactory,
    RenderingFactory,
    ResponseFactory,
    RulingFactory,
    SiteFactory,
    StepFactory,
    SupportFactory,
    TerritoryFactory,
    TraineeFactory,
    UserFactory,
    VersionFactory,
    WeekEditionFactory,
)

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "staff", "reader", "coordinator", "elsewhere", "member", "plain")
EVERYONE = (200, 200, 200, 200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200, 200, 200, 200)
STAFF = (302, 200, 403, 403, 403, 403, 403)
STAFF_ON_ONE = (
    302,
    200,
    403,
    403,
    404,
    404,
    404,
)  # of what others may know of
WHOLE = (302, 200, 200, 403, 404, 404, 404)  # speaks of all the territories of an evaluation
ACTS = (302, 405, 405, 405, 405, 405, 405)  # by POST only: see below
ACTS_FOR_ALL = (405, 405, 405, 405, 405, 405, 405)  # the same, of what a link opens
KEPT = (302, 200, 404, 200, 404, 403, 404)  # for who keeps a territory's logbook; its members know that there is one
SHOWN = (302, 200, 404, 200, 404, 200, 404)  # what a logbook shows to the members of its structures
HIDDEN = (302, 200, 404, 200, 404, 404, 404)  # what they do not see of what they see elsewhere
KEEPS = (302, 302, 404, 302, 404, 403, 404)  # the same as KEPT, by POST
NOT_FOUND = (302, 404, 404, 404, 404, 404, 404)
PROFESSIONALS = (404, 200, 200, 200, 200, 200, 404)  # of a directory that is not open to everyone
NOWHERE = (404, 404, 404, 404, 404, 404, 404)


@pytest.fixture
def world():
    """One row of everything that an address names, on the coordinator's territory."""
    world = the_evaluations_part()
    logbook = the_logbooks_part(world["territory"], world["coordinator"].user)
    answers = the_answers_part(world["case"]) | the_results_part(world["case"])
    campaigns = the_campaigns_part(world["case"]) | the_questionnaires_part()
    reports = the_reports_part(world["case"].evaluation)
    verifying = the_freshness_part(world["territory"])
    entries = the_entries_part(logbook["member"].actor)
    arrivals = the_arrivals_part(logbook["member"], world["territory"]) | the_duplicates_part(world["territory"])
    weeks = {"closed_territory": TerritoryFactory(), "week_edition": WeekEditionFactory(territory=world["territory"])}
    done = {"state": "done", "counts": {"changed": 1}, "changes": [{"actor": 0}]}
    weeks["directory_import"] = DirectoryImportFactory(territory=world["territory"], **done)
    return world | logbook | the_mails_part() | answers | campaigns | reports | verifying | entries | weeks | arrivals


def the_evaluations_part():
    case = CaseFactory(evaluation__code="essai", participation__session__number=7)
    CaseFactory(evaluation__code="ailleurs")
    ParticipationFactory(session=case.participation.session)  # that the evaluation may take in
    territory = case.participation.territory
    return {
        "case": case,
        "territory": territory,
        "coordinator": CoordinatorFactory(territory=territory),
        "trainee": TraineeFactory(participation=case.participation),
        "evidence": EvidenceFactory(case=case, criterion_id="meeting", source=Evidence.Source.DOCUMENT),
        "ruling": RulingFactory(case=case, criterion_id="other"),
        "figure": PublishedFigure.objects.create(evaluation=case.evaluation, code="meeting", value=1),
        "run": ImportRun.objects.create(filename="a.zip", by=UserFactory(), state="done"),
        "user": UserFactory(),
    }


def the_reports_part(evaluation):
    snapshot = freeze(evaluation=evaluation, title="Rapport d’essai", by=UserFactory(is_staff=True))
    RenderingFactory(snapshot=snapshot)
    letter = {"recipient": "copil@exemple.test", "days": 3}
    return {
        "snapshot": snapshot,
        "recommendation": Recommendation.objects.create(evaluation=evaluation, heading="Continuer"),
        "report_token": readers.invite(snapshot=snapshot, by=snapshot.by, **letter),
    }


def the_logbooks_part(territory, coordinator):
    person = MemberFactory(actor__territories=[territory], user=UserFactory())
    to_come = MeetingFactory(territory=territory, status="planned", starts_at=timezone.now() + timedelta(days=9))
    AttendanceFactory(meeting=to_come, member=person, invited=True, present=None)
    past = {"territory": territory, "starts_at": datetime(2025, 5, 6, 8, tzinfo=UTC)}
    sent = MinutesFactory(meeting=MeetingFactory(**past), state="sent", sent_at=timezone.now())
    came = AttendanceFactory(meeting=sent.meeting, member=person)
    draft = MinutesFactory(meeting=MeetingFactory(territory=territory, starts_at=datetime(2024, 5, 7, 8, tzinfo=UTC)))
    unsent = ActionItemFactory(territory=territory, owner_member=person)
    Outcome.objects.create(minutes=draft, kind="action", text="Écrire", action=unsent)
    feed_token = create_feed(user=coordinator, territory=territory, by=coordinator)
    letter = {"recipient": person.email, "days": 3}
    return {
        "member": person,
        "to_come": to_come,
        "cancelled": MeetingFactory(**past, status="cancelled"),
        "deleted": MeetingFactory(**past, deleted_at=timezone.now()),
        "sent": sent,
        "draft": draft,
        "correction": Correction.objects.create(minutes=sent, attendance=came, text="Deux, et non trois."),
        "decision": Outcome.objects.create(minutes=sent, kind="decision", text="Partager"),
        "action": ActionItemFactory(territory=territory),
        "members_action": ActionItemFactory(territory=territory, owner_member=person),
        "unsent_action": unsent,
        "diagnostic": DiagnosticFactory(territory=territory),
        "project": ProjectFactory(territory=territory),
        "support": SupportFactory(territory=territory),
        "document": DocumentFactory(territory=territory),
        "meeting_document": DocumentFactory(territory=territory, meeting=to_come),
        "group": WorkingGroup.objects.create(territory=territory, name="Stockage"),
        "feed": CalendarFeed.objects.get(),
        "feed_token": feed_token,
        "reply_token": links.make(purpose=REPLY, subject=subject_of(to_come), **letter),
        "review_token": links.make(purpose=REVIEW, subject=subject_of(came), **letter),
    }


def the_freshness_part(territory):
    """An entry that all may read, with a service, asked about by mail; and a change proposed for it."""
    DirectoryFactory(territory=territory)
    actor = ActorFactory(territories=[territory], visibility="public", email="structure@exemple.test")
    FoodServiceFactory(actor=actor, site=None)
    return {
        "verified": actor,
        "hidden": ActorFactory(territories=[territory]),
        "proposal": ProposalFactory(actor=actor, data={"phone": ["01 99 00 00 09"]}),
        "check_token": links.make(purpose=CHECK, subject=subject_of(actor), recipient=actor.email, days=3),
    }


def the_entries_part(actor):
    """An entry that only its coordination and its members read, with a row of every kind."""
    site = SiteFactory(actor=actor)
    return {
        "entry": actor,
        "site": site,
        "service": FoodServiceFactory(site=site),
        "ended_service": FoodServiceFactory(site=site, ended_on=date(2025, 6, 30)),
        "for_professionals": ActorFactory(territories=actor.territories.all(), visibility="professionals"),
    }


def the_arrivals_part(member, territory):
    """People on the way into the member's structure; and one more structure, whose people the member manages."""
    invited, claiming = JoiningFactory(actor=member.actor), JoiningFactory(actor=member.actor, is_claim=True)
    tokens = {
        name: links.make(purpose=purpose, subject=subject_of(joining), recipient=joining.email, days=3)
        for name, purpose, joining in (("invited_token", INVITED, invited), ("claim_token", CLAIM, claiming))
    }
    led = MemberFactory(actor__territories=[territory], user=member.user, access="manager")
    return tokens | {
        "led": led.actor,
        "joining": invited,
        "claim": JoiningFactory(actor=member.actor, is_claim=True, state="pending"),
    }


def the_duplicates_part(territory):
    one, other, apart, merged = (ActorFactory(territories=[territory]) for _ in range(4))
    by = UserFactory(is_staff=True)
    return {
        "couple": [one.pk, other.pk],
        "apart": tell_apart(one=one, other=apart, by=by),
        "merge": merge(kept=one, absorbed=merged, by=by),
    }


def the_campaigns_part(case):
    draft = CampaignFactory(evaluation=case.evaluation)
    step = StepFactory(campaign=draft, kind="reminder", days=7)
    return {"prepared": draft, "step": step, "invited": InvitationFactory(campaign=draft, case=case)}


def the_answers_part(case):
    """Someone who began to answer a page of one question, and someone who answered."""
    page = PageFactory()
    QuestionFactory(page=page)
    campaign = CampaignFactory(running=True, evaluation=case.evaluation, version=page.version)
    invited = {"invitation__campaign": campaign, "invitation__case": case, "started_at": timezone.now()}
    begun = ResponseFactory(**invited).invitation
    sent = ResponseFactory(**invited, submitted_at=timezone.now()).invitation
    tokens = [
        links.make(purpose=QUESTIONNAIRE, subject=subject_of(one), recipient=one.email, days=3) for one in (begun, sent)
    ]
    opened = {"begun_token": tokens[0], "answered_token": tokens[1]}
    return {"page": page, "begun": begun, "answered": sent, "call": CallFactory(invitation=begun), **opened}


def the_questionnaires_part():
    """A version that nobody answers, with a question, and a campaign in preparation on the version before it."""
    former = VersionFactory()
    version = VersionFactory(questionnaire=former.questionnaire, number=2)
    return {
        "version": version,
        "asked": QuestionFactory(page__version=version),
        "behind": CampaignFactory(version=former),
    }


def the_results_part(case):
    """Two persons who do not agree on the meeting, and a text of theirs that is coded."""
    campaign = CampaignFactory(running=True, evaluation=case.evaluation)
    meeting = QuestionFactory(page__version=campaign.version, kind="yes_no", criterion_id="meeting")
    text = QuestionFactory(page=meeting.page)
    sent = datetime(2025, 6, 2, 8, tzinfo=UTC)
    for value in ("yes", "no"):
        response = ResponseFactory(
            invitation__campaign=campaign, invitation__case=case, started_at=sent, submitted_at=sent
        )
        AnswerFactory(response=response, question=meeting, value=value, saved_at=sent)
    written = AnswerFactory(response=response, question=text, saved_at=sent)
    return {"coding": CodingFactory(answer=written, criterion_id="mapping")}


def the_mails_part():
    doubtful = {"state": "to_check", "claim": uuid4(), "claimed_at": timezone.now()}
    address = "destinataire@exemple.test"
    return {
        "mail": MailFactory(**doubtful),
        "bounce": Bounce.objects.create(address=address, reason="550"),
        "opt_out": OptOut.objects.create(address=address, purpose=INVITATION),
        "unsubscribe": links.make(purpose=links.UNSUBSCRIBE, subject=INVITATION, recipient=address, days=3),
    }


@pytest.fixture
def people(world):
    return {
        "staff": UserFactory(is_staff=True),
        "reader": UserFactory(is_steering_reader=True),
        "coordinator": world["coordinator"].user,
        "elsewhere": CoordinatorFactory(territory=CaseFactory().participation.territory).user,
        "member": world["member"].user,
        "plain": UserFactory(),
    }


GET = {
    "home": (200, 302, 302, 302, 302, 302, 302),
    "landing": (302, 302, 302, 302, 302, 302, 302),
    "accessibility": EVERYONE,
    "legal": EVERYONE,
    "healthz": EVERYONE,
    "health": STAFF,
    "account_login": (200, 302, 302, 302, 302, 302, 302),
    "account_request_login_code": (200, 302, 302, 302, 302, 302, 302),
    "account_signup": (200, 302, 302, 302, 302, 302, 302),
    "account_confirm_login_code": (302, 302, 302, 302, 302, 302, 302),
    "mfa_authenticate": (302, 302, 302, 302, 302, 302, 302),
    "account_inactive": EVERYONE,
    "account_logout": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": (302, 403, 403, 403, 403, 403, 403),
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": (302, 404, 404, 404, 404, 404, 404),
    "mfa_view_recovery_codes": (302, 404, 404, 404, 404, 404, 404),
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": (302, 404, 404, 404, 404, 404, 404),
    "openid_connect_login": NOWHERE,  # where ProConnect is configured only
    "openid_connect_callback": NOWHERE,
    "socialaccount_login_cancelled": EVERYONE,
    "socialaccount_login_error": (401,) * 7,
    "usersessions_list": SIGNED_IN,
    "security_txt": EVERYONE,
    "privacy:register": EVERYONE,
    "privacy:exports": STAFF,
    "privacy:keep": NOWHERE,  # this token opens nothing
    "accounts:people": STAFF,
    "accounts:add_person": STAFF,
    "accounts:profile": SIGNED_IN,
    "accounts:person": STAFF,
    "accounts:deactivate_person": STAFF,
    "accounts:reactivate_person": STAFF,
    "accounts:remove_second_factor": STAFF,
    "outbox:mailbox": NOWHERE,  # in development only
    "outbox:mail_list": STAFF,
    "outbox:requeue": ACTS,
    "outbox:mark_sent": ACTS,
    "outbox:address_list": STAFF,
    "outbox:lift_bounce": ACTS,
    "outbox:opt_in": ACTS,
    "outbox:unsubscribe": EVERYONE,  # the link says who
    "territories:territory_list": STAFF,
    "territories:territory_search": (302, 302, 403, 403, 403, 403, 403),
    "territories:my_territories": SIGNED_IN,
    "territories:territory_create": STAFF,
    "territories:territory": (302, 200, 200, 200, 404, 404, 404),
    "territories:territory_edit": STAFF_ON_ONE,
    "territories:territory_merge": STAFF_ON_ONE,
    "territories:territory_unmerge": STAFF_ON_ONE,
    "territories:coordinator_add": STAFF_ON_ONE,
    "territories:coordinator_remove": STAFF_ON_ONE,
    "territories:session_list": STAFF,
    "territories:session_create": STAFF,
    "territories:session": STAFF,
    "territories:session_edit": STAFF,
    "territories:session_participation_add": STAFF,
    "territories:session_participation_edit": STAFF_ON_ONE,
    "territories:session_participation_remove": STAFF_ON_ONE,
    "actors:participation": STAFF_ON_ONE,
    "actors:trainee_add": STAFF_ON_ONE,
    "actors:trainee_edit": STAFF_ON_ONE,
    "actors:trainee_remove": STAFF_ON_ONE,
    "directory:search": EVERYONE,
    "directory:points": (400, 400, 400, 400, 400, 400, 400),  # of which part of the map?
    "directory:territory": EVERYONE,
    "directory:territory that is not open": PROFESSIONALS,
    "directory:embed": EVERYONE,
    "directory:embed of one that is not open": NOWHERE,
    "directory:publication": KEPT,
    "directory:unpublish": KEPT,
    "directory:entry": EVERYONE,
    "directory:entry of a hidden one": (404, 200, 404, 200, 404, 404, 404),
    "directory:entry for professionals": (404, 200, 200, 200, 200, 200, 404),
    "entries:list": KEPT,
    "entries:add": KEPT,
    "entries:edit": SHOWN,  # its own members edit it; the others do not know of it
    "entries:edit one for professionals": (302, 200, 403, 200, 403, 403, 404),
    "entries:confirm": ACTS,
    "entries:history": SHOWN,
    "entries:part": SHOWN,
    "entries:row": SHOWN,
    "entries:row of hours": SHOWN,
    "entries:row of another entry": (302, 404, 403, 404, 403, 403, 403),
    "entries:remove": SHOWN,
    "entries:service_end": SHOWN,
    "entries:visibility": KEPT,
    "entries:territories": KEPT,
    "entries:end": KEPT,
    "entries:reopen": ACTS,
    "entries:service_resume": ACTS,
    "membership:mine": SIGNED_IN,
    "membership:list": KEPT,
    "membership:actor": KEPT,
    "membership:actor that the member manages": SHOWN,
    "membership:invite": KEPT,
    "membership:invite where the member manages": SHOWN,
    "membership:leave": (302, 404, 404, 404, 404, 200, 404),
    "membership:member_access": KEPT,
    "membership:member_left": KEPT,
    "membership:decide": KEPT,
    "membership:send_again": ACTS,
    "membership:revoke": ACTS,
    "membership:claim": EVERYONE,
    "membership:claim of a hidden one": (404, 200, 404, 200, 404, 404, 404),
    "membership:claim of one's own": (404, 200, 404, 200, 404, 302, 404),
    "membership:invitation": EVERYONE,  # the link says who, here and in the next one
    "membership:claim_prove": EVERYONE,
    "duplicates:look_alikes": SIGNED_IN,
    "duplicates:list": KEPT,
    "duplicates:pair": KEPT,
    "duplicates:tell_apart": ACTS,
    "duplicates:forget_difference": ACTS,
    "duplicates:undo": KEPT,
    "exchange:api": EVERYONE,
    "exchange:model": SIGNED_IN,
    "exchange:desk": KEPT,
    "exchange:export": ACTS,
    "exchange:run": KEPT,
    "exchange:columns": (302, 302, 404, 302, 404, 403, 404),  # of one that is done: leads to what it did
    "exchange:confirm": ACTS,
    "exchange:resume": ACTS,
    "exchange:undo": KEPT,
    "api:directory": EVERYONE,
    "freshness:call_list": KEPT,
    "freshness:follow": KEPT,
    "freshness:confirm_by_phone": ACTS,
    "freshness:edit_by_phone": KEPT,
    "freshness:note_call": ACTS,
    "freshness:ask_now": ACTS,
    "freshness:revoke_links": ACTS,
    "freshness:do_not_ask": ACTS,
    "freshness:ask_again": ACTS,
    "freshness:proposal_list": KEPT,
    "freshness:proposal": KEPT,
    "freshness:suggest": EVERYONE,
    "freshness:suggest of a hidden entry": (404, 200, 404, 200, 404, 404, 404),
    "freshness:suggested": EVERYONE,
    "freshness:suggest_part": EVERYONE,
    "freshness:check": EVERYONE,  # the link says who, here and in the next ones
    "freshness:thanks": EVERYONE,
    "freshness:check_part": EVERYONE,
    "freshness:closed": EVERYONE,
    "freshness:someone_else": EVERYONE,
    "freshness:new_link": ACTS_FOR_ALL,
    "territory_week": (302, 302, 302, 302, 302, 302, 302),
    "week:week": EVERYONE,
    "week:week of a directory that is not open": PROFESSIONALS,
    "week:document": EVERYONE,
    "week:document of a directory that is not open": PROFESSIONALS,
    "week:calendar": EVERYONE,
    "week:calendar of a directory that is not open": PROFESSIONALS,
    "week:embed": EVERYONE,
    "week:embed of a directory that is not open": NOWHERE,
    "week:prepare": KEPT,
    "week:edition": KEPT,
    "coordination:mine": (302, 302, 302, 302, 302, 302, 302),
    "coordination:my_actions": SIGNED_IN,
    "coordination:search": SIGNED_IN,
    "coordination:calendar_list": SIGNED_IN,
    "coordination:calendar_revoke": ACTS,
    "coordination:calendar_feed": EVERYONE,  # the link says who, here and in the two next ones
    "coordination:meeting_reply": EVERYONE,
    "coordination:minutes_review": EVERYONE,
    "coverage:coverage": KEPT,
    "booklet:desk": KEPT,
    "booklet:document": EVERYONE,  # of a published directory; the others: tests/actors/test_booklet_making.py
    "booklet:referral": (302, 200, 200, 200, 200, 200, 403),  # for professionals, whoever's the territory
    "coverage:save": ACTS,
    "coordination:territory": SHOWN,
    "coordination:timeline": KEPT,
    "coordination:log": KEPT,
    "coordination:record_list": KEPT,
    "coordination:record_add": KEPT,
    "coordination:record": KEPT,
    "coordination:record project": KEPT,
    "coordination:record support": KEPT,
    "coordination:record_edit": KEPT,
    "coordination:record_delete": KEPT,
    "coordination:record_history": KEPT,
    "coordination:record_history meeting": KEPT,
    "coordination:record_restore": KEPT,
    "coordination:diagnostic_compare": KEPT,
    "coordination:bin": KEPT,
    "coordination:document_list": SHOWN,
    "coordination:document": HIDDEN,
    "coordination:document of a meeting": SHOWN,
    "coordination:document_add": KEPT,
    "coordination:document_edit": KEPT,
    "coordination:document_delete": KEPT,
    "coordination:member_list": KEPT,
    "coordination:actor_add": KEPT,
    "coordination:actor_edit": KEPT,
    "coordination:member_add": KEPT,
    "coordination:member_edit": KEPT,
    "coordination:member_left": KEPT,
    "coordination:group_list": KEPT,
    "coordination:group_edit": KEPT,
    "coordination:group_close": ACTS,
    "coordination:coordinator_list": KEPT,
    "coordination:coordination_leave": (302, 404, 404, 200, 404, 403, 404),  # staff do not coordinate
    "coordination:share": ACTS,
    "coordination:inside": KEPT,
    "coordination:meeting_list": SHOWN,
    "coordination:meeting_add": KEPT,
    "coordination:meeting_log": KEPT,
    "coordination:meeting": SHOWN,
    "coordination:meeting held": SHOWN,
    "coordination:meeting deleted": NOT_FOUND,
    "coordination:meeting_edit": KEPT,
    "coordination:meeting_write_up": KEPT,
    "coordination:meeting_agenda": KEPT,
    "coordination:meeting_invite": KEPT,
    "coordination:meeting_reply_here": ACTS,
    "coordination:meeting_attendance": KEPT,
    "coordination:meeting_cancel": KEPT,
    "coordination:meeting_reinstate": KEPT,
    "coordination:meeting_repeat": KEPT,
    "coordination:meeting_delete": KEPT,
    "coordination:meeting_ics": SHOWN,
    "coordination:minutes_list": SHOWN,
    "coordination:minutes_year_pdf": SHOWN,
    "coordination:minutes_year_pdf of drafts": NOT_FOUND,
    "coordination:minutes": SHOWN,
    "coordination:minutes draft": HIDDEN,
    "coordination:minutes_pdf": SHOWN,
    "coordination:minutes_pdf draft": HIDDEN,
    "coordination:minutes_edit": KEPT,
    "coordination:minutes_send": KEPT,
    "coordination:minutes_close": KEPT,
    "coordination:minutes_reopen": KEPT,
    "coordination:correction_settle": ACTS,
    "coordination:decision_project": KEPT,
    "coordination:action_list": SHOWN,
    "coordination:action_create": KEPT,
    "coordination:action": SHOWN,
    "coordination:action of a draft": HIDDEN,
    "coordination:action_edit": KEPT,
    "coordination:action_state": ACTS,
    "coordination:action_delete": ACTS,
    "evaluation:evaluation_list": SIGNED_IN,
    "evaluation:import_workbook": STAFF,
    "evaluation:import_run": STAFF,
    "evaluation:confirm_import": ACTS,
    "evaluation:resume_import": ACTS,
    "evaluation:evaluation_create": STAFF,
    "evaluation:criteria": STAFF,
    "evaluation:slide_template": STAFF,
    "evaluation:slide_template_file": (302, 404, 403, 403, 403, 403, 403),  # none was given
    "evaluation:slide_template_remove": ACTS,
    "evaluation:family_add": STAFF,
    "evaluation:family_edit": STAFF,
    "evaluation:family_delete": STAFF,
    "evaluation:criterion_add": STAFF,
    "evaluation:criterion_edit": STAFF,
    "evaluation:criterion_delete": STAFF,
    "evaluation:overview": (302, 200, 200, 302, 404, 404, 404),
    "evaluation:figure": WHOLE,
    "evaluation:export_workbook": STAFF_ON_ONE,
    "evaluation:evaluation_edit": STAFF_ON_ONE,
    "evaluation:evaluation_scope": STAFF_ON_ONE,
    "evaluation:scope_add": ACTS,
    "evaluation:published_figures": STAFF_ON_ONE,
    "evaluation:published_figure_add": STAFF_ON_ONE,
    "evaluation:published_figure_edit": STAFF_ON_ONE,
    "evaluation:published_figure_delete": STAFF_ON_ONE,
    "evaluation:report": WHOLE,
    "evaluation:report_arrange": ACTS,
    "evaluation:report_commentary": STAFF_ON_ONE,
    "evaluation:report_preview": STAFF_ON_ONE,
    "evaluation:report_freeze": STAFF_ON_ONE,
    "evaluation:recommendations": STAFF_ON_ONE,
    "evaluation:recommendation_add": STAFF_ON_ONE,
    "evaluation:recommendation_edit": STAFF_ON_ONE,
    "evaluation:recommendation_delete": STAFF_ON_ONE,
    "evaluation:recommendation_move": ACTS,
    "evaluation:snapshot": WHOLE,
    "evaluation:snapshot_read": WHOLE,
    "evaluation:snapshot_compare": WHOLE,
    "evaluation:snapshot_links": STAFF_ON_ONE,
    "evaluation:snapshot_link_revoke": ACTS,
    "evaluation:rendering_ask": ACTS,
    "evaluation:rendering_file": ACTS,
    "evaluation:shared_report": EVERYONE,  # the link says who, here and in the two next ones
    "evaluation:shared_report_read": (302, 302, 302, 302, 302, 302, 302),  # once opened by a press of the button
    "evaluation:shared_report_file": ACTS_FOR_ALL,
    "evaluation:brakes": WHOLE,
    "evaluation:success": WHOLE,
    "evaluation:outcomes": WHOLE,
    "evaluation:map": WHOLE,
    "evaluation:sessions": WHOLE,
    "evaluation:gaps": WHOLE,
    "evaluation:disagreements": WHOLE,
    "evaluation:verbatims": WHOLE,
    "evaluation:verbatim": STAFF_ON_ONE,
    "evaluation:coding_remove": ACTS,
    "evaluation:verbatim_withhold": ACTS,
    "evaluation:case_responses": STAFF_ON_ONE,
    "evaluation:rule_responses": ACTS,
    "evaluation:matrix": WHOLE,
    "evaluation:case": (302, 200, 200, 200, 404, 404, 404),
    "evaluation:territory_sheet": (302, 200, 200, 200, 404, 404, 404),
    "evaluation:case_rename": STAFF_ON_ONE,
    "evaluation:case_remove": STAFF_ON_ONE,
    "evaluation:respondents_edit": STAFF_ON_ONE,
    "evaluation:interview_edit": STAFF_ON_ONE,
    "evaluation:interview_delete": (302, 404, 403, 403, 404, 404, 404),
    "evaluation:cell": (302, 200, 200, 200, 404, 404, 404),
    "evaluation:evidence_add": STAFF_ON_ONE,
    "evaluation:evidence_edit": STAFF_ON_ONE,
    "evaluation:evidence_delete": STAFF_ON_ONE,
    "evaluation:rule": ACTS,
    "evaluation:withdraw_ruling": ACTS,
    "answering:start": EVERYONE,  # the link says who, here and in the next ones
    "answering:page": EVERYONE,
    "answering:review": EVERYONE,
    "answering:thanks": EVERYONE,
    "answering:decline": EVERYONE,
    "answering:hand_on": EVERYONE,
    "questionnaires:questionnaire_list": STAFF,
    "questionnaires:questionnaire_create": STAFF,
    "questionnaires:questionnaire": STAFF,
    "questionnaires:questionnaire_edit": STAFF,
    "questionnaires:questionnaire_delete": STAFF,
    "questionnaires:version": STAFF,
    "questionnaires:preview": STAFF,
    "questionnaires:version_compare": STAFF,
    "questionnaires:version_prepare": ACTS,
    "questionnaires:version_delete": STAFF,
    "questionnaires:campaign_put": ACTS,
    "questionnaires:texts_edit": STAFF,
    "questionnaires:page_add": STAFF,
    "questionnaires:page_edit": STAFF,
    "questionnaires:page_move": ACTS,
    "questionnaires:page_delete": STAFF,
    "questionnaires:question_add": STAFF,
    "questionnaires:question_add_kind": STAFF,
    "questionnaires:question_edit": STAFF,
    "questionnaires:question_condition": STAFF,
    "questionnaires:question_move": ACTS,
    "questionnaires:question_delete": STAFF,
    "campaigns:campaign_list": STAFF,
    "campaigns:campaign_create": STAFF,
    "campaigns:campaign": STAFF,
    "campaigns:campaign_edit": STAFF,
    "campaigns:campaign_delete": STAFF,
    "campaigns:sending": STAFF,
    "campaigns:launch": ACTS,
    "campaigns:pause": ACTS,
    "campaigns:resume": ACTS,
    "campaigns:extend": STAFF,
    "campaigns:end": STAFF,
    "campaigns:texts": STAFF,
    "campaigns:step_add": STAFF,
    "campaigns:step_edit": STAFF,
    "campaigns:step_remove": STAFF,
    "campaigns:step_test": ACTS,
    "campaigns:recipients": STAFF,
    "campaigns:recipient_add": STAFF,
    "campaigns:recipient_correct": STAFF,
    "campaigns:recipient_replace": STAFF,
    "campaigns:recipient_remove": STAFF,
    "campaigns:follow_up": STAFF,
    "campaigns:follow_up of one in preparation": STAFF,
    "campaigns:remind": STAFF,
    "campaigns:export": STAFF,
    "campaigns:person": STAFF,
    "campaigns:calls": STAFF,
    "campaigns:call": STAFF,
    "campaigns:call of one in preparation": (302, 404, 403, 403, 403, 403, 403),
    "campaigns:call_remove": STAFF,
    "campaigns:enter": STAFF,
    "campaigns:enter_page": STAFF,
    "campaigns:enter_review": STAFF,
    "campaigns:enter_thanks": STAFF,
    "campaigns:enter_decline": STAFF,
    "campaigns:enter_hand_on": STAFF,
}

# What only a POST does; the form is filled in well enough to be taken.
POST = {
    "outbox:requeue": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "outbox:mark_sent": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "outbox:lift_bounce": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "outbox:opt_in": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "coverage:save": ({}, (302, 200, 404, 200, 404, 403, 404)),  # nothing ticked: the page again
    "coordination:calendar_revoke": ({}, (302, 404, 404, 302, 404, 404, 404)),  # one's own
    "coordination:group_close": ({}, KEEPS),
    "coordination:share": ({"share": "on"}, KEEPS),
    "coordination:meeting_reply_here": ({"reply": "yes"}, (302, 404, 404, 404, 404, 302, 404)),  # who is invited
    "coordination:correction_settle": ({"state": "accepted"}, KEEPS),
    "coordination:action_state": ({"state": "done"}, KEEPS),
    "coordination:action_state of the member": ({"state": "done"}, (302, 302, 404, 302, 404, 302, 404)),
    "coordination:action_state of a draft": ({"state": "done"}, (302, 302, 404, 302, 404, 404, 404)),
    "coordination:action_delete": ({}, KEEPS),
    "evaluation:confirm_import": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "campaigns:export": ({"noms": "non"}, STAFF),
    "evaluation:export_workbook": ({"format": "zip"}, STAFF_ON_ONE),
    "evaluation:rendering_file": ({}, WHOLE),
    "evaluation:resume_import": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "evaluation:rule": ({"value": "yes", "reason": "Vu sur place."}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:rule_responses": (
        {"meeting-value": "yes", "meeting-reason": "Vu sur place."},
        (302, 302, 403, 403, 404, 404, 404),
    ),
    "evaluation:coding_remove": ({}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:verbatim_withhold": ({"withheld": "1"}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:withdraw_ruling": ({}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:scope_add": ({"numbers": ["7"]}, (302, 302, 403, 403, 404, 404, 404)),
    "questionnaires:version_prepare": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "questionnaires:campaign_put": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "questionnaires:page_move": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "questionnaires:question_move": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "campaigns:launch": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "campaigns:pause": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "campaigns:resume": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "campaigns:step_test": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "evaluation:report_arrange": ({"shown": ["brakes"]}, (302, 200, 403, 403, 404, 404, 404)),  # places are missing
    "evaluation:recommendation_move": ({"way": "up"}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:snapshot_link_revoke": ({"recipient": "a@exemple.test"}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:slide_template_remove": ({}, (302, 302, 403, 403, 403, 403, 403)),
    "evaluation:rendering_ask": ({}, (302, 302, 403, 403, 404, 404, 404)),
    "evaluation:shared_report_file": ({}, EVERYONE),  # the link says who
    "directory:publication": ({"introduction": "Bonjour."}, KEEPS),
    "directory:unpublish": ({}, KEEPS),
    "entries:confirm": ({}, (302, 403, 404, 403, 404, 302, 404)),  # in the structure's own name
    "entries:reopen": ({}, KEEPS),
    "entries:service_resume": ({}, (302, 302, 404, 302, 404, 302, 404)),
    "membership:send_again": ({}, KEEPS),
    "membership:revoke": ({}, KEEPS),
    "duplicates:tell_apart": ({}, KEEPS),
    "duplicates:forget_difference": ({}, KEEPS),
    "exchange:export": ({"format": "csv"}, KEPT),
    "exchange:confirm": ({}, KEEPS),
    "exchange:resume": ({}, KEEPS),
    "freshness:confirm_by_phone": ({"sections": ["hours"]}, KEEPS),
    "freshness:note_call": ({}, (302, 404, 404, 404, 404, 403, 404)),  # nobody is to be called
    "freshness:ask_now": ({}, KEEPS),
    "freshness:revoke_links": ({}, KEEPS),
    "freshness:do_not_ask": ({"reason": "Ils l’ont demandé"}, KEEPS),
    "freshness:ask_again": ({}, KEEPS),
    "freshness:new_link": ({}, EVERYONE),
}


def of_entry(world) -> list[int]:
    return [world["entry"].pk]


def of_verified(world) -> list[int]:
    return [world["territory"].pk, world["verified"].pk]


def in_version(world) -> list[int]:
    """The words before what belongs to a version of a questionnaire."""
    return [world["version"].questionnaire_id, world["version"].number]


# The words that each address needs, from the world above.
ARGUMENTS = {
    "privacy:keep": lambda world: ["A" * 43],
    "accounts:person": lambda w: [w["user"].pk],
    "accounts:deactivate_person": lambda w: [w["user"].pk],
    "accounts:reactivate_person": lambda w: [w["user"].pk],
    "accounts:remove_second_factor": lambda w: [w["user"].pk],
    "territories:territory": lambda w: [w["territory"].pk],
    "territories:territory_edit": lambda w: [w["territory"].pk],
    "territories:territory_merge": lambda w: [w["territory"].pk],
    "territories:territory_unmerge": lambda w: [w["territory"].pk],
    "territories:coordinator_add": lambda w: [w["territory"].pk],
    "territories:coordinator_remove": lambda w: [w["coordinator"].pk],
    "territories:session": lambda w: [7],
    "territories:session_edit": lambda w: [7],
    "territories:session_participation_add": lambda w: [7],
    "territories:session_participation_edit": lambda w: [w["case"].participation_id],
    "territories:session_participation_remove": lambda w: [w["case"].participation_id],
    "actors:participation": lambda w: [w["case"].participation_id],
    "actors:trainee_add": lambda w: [w["case"].participation_id],
    "actors:trainee_edit": lambda w: [w["trainee"].pk],
    "actors:trainee_remove": lambda w: [w["trainee"].pk],
    "outbox:requeue": lambda w: [w["mail"].pk],
    "outbox:mark_sent": lambda w: [w["mail"].pk],
    "outbox:lift_bounce": lambda w: [w["bounce"].pk],
    "outbox:opt_in": lambda w: [w["opt_out"].pk],
    "outbox:unsubscribe": lambda w: [w["unsubscribe"]],
    "coverage:coverage": lambda w: [w["territory"].pk],
    "booklet:desk": lambda w: [w["territory"].pk],
    "booklet:document": lambda w: [BookletPrintFactory(territory=w["territory"]).pk],
    "booklet:referral": lambda w: [w["territory"].pk],
    "coverage:save": lambda w: [w["territory"].pk],
    "coordination:calendar_revoke": lambda w: [w["feed"].pk],
    "coordination:calendar_feed": lambda w: [w["feed_token"]],
    "coordination:meeting_reply": lambda w: [w["reply_token"]],
    "coordination:minutes_review": lambda w: [w["review_token"]],
    "coordination:record_add": lambda w: [w["territory"].pk, "projets"],
    "coordination:record": lambda w: [w["territory"].pk, "diagnostics", w["diagnostic"].pk],
    "coordination:record project": lambda w: [w["territory"].pk, "projets", w["project"].pk],
    "coordination:record support": lambda w: [w["territory"].pk, "soutiens", w["support"].pk],
    "coordination:record_edit": lambda w: [w["territory"].pk, "diagnostics", w["diagnostic"].pk],
    "coordination:record_delete": lambda w: [w["territory"].pk, "diagnostics", w["diagnostic"].pk],
    "coordination:record_history": lambda w: [w["territory"].pk, "diagnostics", w["diagnostic"].pk],
    "coordination:record_history meeting": lambda w: [w["territory"].pk, "reunions", w["to_come"].pk],
    "coordination:record_restore": lambda w: [w["territory"].pk, "reunions", w["deleted"].pk],
    "coordination:diagnostic_compare": lambda w: [w["territory"].pk, w["diagnostic"].pk],
    "coordination:document": lambda w: [w["territory"].pk, w["document"].pk],
    "coordination:document of a meeting": lambda w: [w["territory"].pk, w["meeting_document"].pk],
    "coordination:document_edit": lambda w: [w["territory"].pk, w["document"].pk],
    "coordination:document_delete": lambda w: [w["territory"].pk, w["document"].pk],
    "coordination:actor_edit": lambda w: [w["territory"].pk, w["member"].actor_id],
    "coordination:member_add": lambda w: [w["territory"].pk, w["member"].actor_id],
    "coordination:member_edit": lambda w: [w["territory"].pk, w["member"].pk],
    "coordination:member_left": lambda w: [w["territory"].pk, w["member"].pk],
    "coordination:group_edit": lambda w: [w["territory"].pk, w["group"].pk],
    "coordination:group_close": lambda w: [w["territory"].pk, w["group"].pk],
    "coordination:meeting": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting held": lambda w: [w["territory"].pk, w["sent"].meeting_id],
    "coordination:meeting deleted": lambda w: [w["territory"].pk, w["deleted"].pk],
    "coordination:meeting_edit": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_write_up": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_agenda": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_invite": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_reply_here": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_attendance": lambda w: [w["territory"].pk, w["sent"].meeting_id],
    "coordination:meeting_cancel": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_reinstate": lambda w: [w["territory"].pk, w["cancelled"].pk],
    "coordination:meeting_repeat": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_delete": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:meeting_ics": lambda w: [w["territory"].pk, w["to_come"].pk],
    "coordination:minutes_year_pdf": lambda w: [w["territory"].pk, 2025],
    "coordination:minutes_year_pdf of drafts": lambda w: [w["territory"].pk, 2024],
    "coordination:minutes": lambda w: [w["territory"].pk, w["sent"].meeting_id],
    "coordination:minutes draft": lambda w: [w["territory"].pk, w["draft"].meeting_id],
    "coordination:minutes_pdf": lambda w: [w["territory"].pk, w["sent"].meeting_id],
    "coordination:minutes_pdf draft": lambda w: [w["territory"].pk, w["draft"].meeting_id],
    "coordination:minutes_edit": lambda w: [w["territory"].pk, w["draft"].meeting_id],
    "coordination:minutes_send": lambda w: [w["territory"].pk, w["draft"].meeting_id],
    "coordination:minutes_close": lambda w: [w["territory"].pk, w["sent"].meeting_id],
    "coordination:minutes_reopen": lambda w: [w["territory"].pk, w["sent"].meeting_id],
    "coordination:correction_settle": lambda w: [w["territory"].pk, w["sent"].meeting_id, w["correction"].pk],
    "coordination:decision_project": lambda w: [w["territory"].pk, w["sent"].meeting_id, w["decision"].pk],
    "coordination:action": lambda w: [w["territory"].pk, w["action"].pk],
    "coordination:action of a draft": lambda w: [w["territory"].pk, w["unsent_action"].pk],
    "coordination:action_edit": lambda w: [w["territory"].pk, w["action"].pk],
    "coordination:action_state": lambda w: [w["territory"].pk, w["action"].pk],
    "coordination:action_state of the member": lambda w: [w["territory"].pk, w["members_action"].pk],
    "coordination:action_state of a draft": lambda w: [w["territory"].pk, w["unsent_action"].pk],
    "coordination:action_delete": lambda w: [w["territory"].pk, w["action"].pk],
    "evaluation:import_run": lambda w: [w["run"].pk],
    "evaluation:confirm_import": lambda w: [w["run"].pk],
    "evaluation:resume_import": lambda w: [w["run"].pk],
    "evaluation:family_edit": lambda w: ["outcome"],
    "evaluation:family_delete": lambda w: ["outcome"],
    "evaluation:criterion_edit": lambda w: ["meeting"],
    "evaluation:criterion_delete": lambda w: ["meeting"],
    "evaluation:figure": lambda w: ["essai", "meeting"],
    "evaluation:published_figure_edit": lambda w: ["essai", w["figure"].pk],
    "evaluation:published_figure_delete": lambda w: ["essai", w["figure"].pk],
    "evaluation:case": lambda w: ["essai", w["case"].pk],
    "evaluation:territory_sheet": lambda w: ["essai", w["case"].pk],
    "evaluation:case_rename": lambda w: ["essai", w["case"].pk],
    "evaluation:case_remove": lambda w: ["essai", w["case"].pk],
    "evaluation:respondents_edit": lambda w: ["essai", w["case"].pk],
    "evaluation:interview_edit": lambda w: ["essai", w["case"].pk],
    "evaluation:interview_delete": lambda w: ["essai", w["case"].pk],
    "evaluation:cell": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:evidence_add": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:evidence_edit": lambda w: ["essai", w["evidence"].pk],
    "evaluation:evidence_delete": lambda w: ["essai", w["evidence"].pk],
    "evaluation:rule": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:verbatim": lambda w: ["essai", w["coding"].answer_id],
    "evaluation:verbatim_withhold": lambda w: ["essai", w["coding"].answer_id],
    "evaluation:coding_remove": lambda w: ["essai", w["coding"].pk],
    "evaluation:case_responses": lambda w: ["essai", w["case"].pk],
    "evaluation:rule_responses": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:withdraw_ruling": lambda w: ["essai", w["ruling"].pk],
    "answering:start": lambda w: [w["begun_token"]],
    "answering:page": lambda w: [w["begun_token"], w["page"].pk],
    "answering:review": lambda w: [w["begun_token"]],
    "answering:thanks": lambda w: [w["answered_token"]],
    "answering:decline": lambda w: [w["begun_token"]],
    "answering:hand_on": lambda w: [w["begun_token"]],
    "questionnaires:questionnaire": lambda w: [w["version"].questionnaire_id],
    "questionnaires:questionnaire_edit": lambda w: [w["version"].questionnaire_id],
    "questionnaires:questionnaire_delete": lambda w: [w["version"].questionnaire_id],
    "questionnaires:version": in_version,
    "questionnaires:preview": in_version,
    "questionnaires:version_compare": in_version,
    "questionnaires:version_prepare": in_version,
    "questionnaires:version_delete": in_version,
    "questionnaires:campaign_put": lambda w: [*in_version(w), w["behind"].pk],
    "questionnaires:texts_edit": in_version,
    "questionnaires:page_add": in_version,
    "questionnaires:page_edit": lambda w: [*in_version(w), w["asked"].page_id],
    "questionnaires:page_move": lambda w: [*in_version(w), w["asked"].page_id],
    "questionnaires:page_delete": lambda w: [*in_version(w), w["asked"].page_id],
    "questionnaires:question_add": lambda w: [*in_version(w), w["asked"].page_id],
    "questionnaires:question_add_kind": lambda w: [*in_version(w), w["asked"].page_id, "grid"],
    "questionnaires:question_edit": lambda w: [*in_version(w), w["asked"].pk],
    "questionnaires:question_condition": lambda w: [*in_version(w), w["asked"].pk],
    "questionnaires:question_move": lambda w: [*in_version(w), w["asked"].pk],
    "questionnaires:question_delete": lambda w: [*in_version(w), w["asked"].pk],
    "campaigns:campaign": lambda w: [w["prepared"].pk],
    "campaigns:campaign_edit": lambda w: [w["prepared"].pk],
    "campaigns:campaign_delete": lambda w: [w["prepared"].pk],
    "campaigns:sending": lambda w: [w["prepared"].pk],
    "campaigns:launch": lambda w: [w["prepared"].pk],
    "campaigns:pause": lambda w: [w["prepared"].pk],
    "campaigns:resume": lambda w: [w["prepared"].pk],
    "campaigns:extend": lambda w: [w["prepared"].pk],
    "campaigns:end": lambda w: [w["prepared"].pk],
    "campaigns:texts": lambda w: [w["prepared"].pk],
    "campaigns:step_add": lambda w: [w["prepared"].pk, "reminder"],
    "campaigns:step_edit": lambda w: [w["step"].pk],
    "campaigns:step_remove": lambda w: [w["step"].pk],
    "campaigns:step_test": lambda w: [w["step"].pk],
    "campaigns:recipients": lambda w: [w["prepared"].pk],
    "campaigns:recipient_add": lambda w: [w["prepared"].pk],
    "campaigns:recipient_correct": lambda w: [w["prepared"].pk, w["invited"].pk],
    "campaigns:recipient_replace": lambda w: [w["prepared"].pk, w["invited"].pk],
    "campaigns:recipient_remove": lambda w: [w["prepared"].pk, w["invited"].pk],
    "campaigns:follow_up": lambda w: [w["begun"].campaign_id],
    "campaigns:follow_up of one in preparation": lambda w: [w["prepared"].pk],
    "campaigns:remind": lambda w: [w["begun"].campaign_id],
    "campaigns:export": lambda w: [w["begun"].campaign_id],
    "campaigns:person": lambda w: [w["begun"].campaign_id, w["begun"].pk],
    "campaigns:call": lambda w: [w["begun"].campaign_id, w["begun"].pk],
    "campaigns:call of one in preparation": lambda w: [w["prepared"].pk, w["invited"].pk],
    "campaigns:call_remove": lambda w: [w["call"].pk],
    "campaigns:enter": lambda w: [w["begun"].campaign_id, w["begun"].pk],
    "campaigns:enter_page": lambda w: [w["begun"].campaign_id, w["begun"].pk, w["page"].pk],
    "campaigns:enter_review": lambda w: [w["begun"].campaign_id, w["begun"].pk],
    "campaigns:enter_thanks": lambda w: [w["answered"].campaign_id, w["answered"].pk],
    "campaigns:enter_decline": lambda w: [w["begun"].campaign_id, w["begun"].pk],
    "campaigns:enter_hand_on": lambda w: [w["begun"].campaign_id, w["begun"].pk],
    "evaluation:report_commentary": lambda w: ["essai", "brakes"],
    "evaluation:recommendation_edit": lambda w: ["essai", w["recommendation"].pk],
    "evaluation:recommendation_delete": lambda w: ["essai", w["recommendation"].pk],
    "evaluation:recommendation_move": lambda w: ["essai", w["recommendation"].pk],
    "evaluation:snapshot": lambda w: ["essai", w["snapshot"].number],
    "evaluation:snapshot_read": lambda w: ["essai", w["snapshot"].number],
    "evaluation:snapshot_compare": lambda w: ["essai", w["snapshot"].number],
    "evaluation:snapshot_links": lambda w: ["essai", w["snapshot"].number],
    "evaluation:snapshot_link_revoke": lambda w: ["essai", w["snapshot"].number],
    "evaluation:rendering_ask": lambda w: ["essai", w["snapshot"].number, "workbook"],
    "evaluation:rendering_file": lambda w: ["essai", w["snapshot"].number, "pdf"],
    "evaluation:shared_report": lambda w: [w["report_token"]],
    "evaluation:shared_report_read": lambda w: [w["report_token"]],
    "evaluation:shared_report_file": lambda w: [w["report_token"], "pdf"],
    "territory_week": lambda w: [w["territory"].slug],
    "week:week": lambda w: [w["territory"].slug],
    "week:week of a directory that is not open": lambda w: [w["closed_territory"].slug],
    "week:document": lambda w: [w["territory"].slug],
    "week:document of a directory that is not open": lambda w: [w["closed_territory"].slug],
    "week:calendar": lambda w: [w["territory"].slug],
    "week:calendar of a directory that is not open": lambda w: [w["closed_territory"].slug],
    "week:embed": lambda w: [w["territory"].slug],
    "week:embed of a directory that is not open": lambda w: [w["closed_territory"].slug],
    "week:prepare": lambda w: [w["territory"].pk],
    "week:edition": lambda w: [w["week_edition"].pk],
    "directory:territory": lambda w: [w["territory"].slug],
    "directory:territory that is not open": lambda w: [w["closed_territory"].slug],
    "directory:embed": lambda w: [w["territory"].slug],
    "directory:embed of one that is not open": lambda w: [w["closed_territory"].slug],
    "directory:publication": lambda w: [w["territory"].pk],
    "directory:unpublish": lambda w: [w["territory"].pk],
    "directory:entry": lambda w: [w["verified"].pk],
    "directory:entry of a hidden one": lambda w: [w["hidden"].pk],
    "directory:entry for professionals": lambda w: [w["for_professionals"].pk],
    "entries:list": lambda w: [w["territory"].pk],
    "entries:add": lambda w: [w["territory"].pk],
    "entries:edit": of_entry,
    "entries:edit one for professionals": lambda w: [w["for_professionals"].pk],
    "entries:confirm": of_entry,
    "entries:history": of_entry,
    "entries:part": lambda w: [*of_entry(w), "contact"],
    "entries:row": lambda w: [*of_entry(w), "site", w["site"].pk],
    "entries:row of hours": lambda w: [*of_entry(w), "hours", w["service"].pk],
    "entries:row of another entry": lambda w: [w["verified"].pk, "site", w["site"].pk],
    "entries:remove": lambda w: [*of_entry(w), "site", w["site"].pk],
    "entries:service_end": lambda w: [*of_entry(w), w["service"].pk],
    "entries:visibility": of_entry,
    "entries:territories": of_entry,
    "entries:end": of_entry,
    "entries:reopen": of_entry,
    "entries:service_resume": lambda w: [*of_entry(w), w["ended_service"].pk],
    "membership:list": lambda w: [w["territory"].pk],
    "membership:actor": of_entry,
    "membership:actor that the member manages": lambda w: [w["led"].pk],
    "membership:invite": of_entry,
    "membership:invite where the member manages": lambda w: [w["led"].pk],
    "membership:leave": of_entry,
    "membership:member_access": lambda w: [w["member"].pk],
    "membership:member_left": lambda w: [w["member"].pk],
    "membership:decide": lambda w: [w["claim"].pk],
    "membership:send_again": lambda w: [w["joining"].pk],
    "membership:revoke": lambda w: [w["joining"].pk],
    "membership:claim": lambda w: [w["verified"].pk],
    "membership:claim of a hidden one": lambda w: [w["hidden"].pk],
    "membership:claim of one's own": of_entry,
    "membership:invitation": lambda w: [w["invited_token"]],
    "membership:claim_prove": lambda w: [w["claim_token"]],
    "duplicates:list": lambda w: [w["territory"].pk],
    "duplicates:pair": lambda w: [w["territory"].pk, *w["couple"]],
    "duplicates:tell_apart": lambda w: [w["territory"].pk, *w["couple"]],
    "duplicates:forget_difference": lambda w: [w["territory"].pk, w["apart"].pk],
    "duplicates:undo": lambda w: [w["territory"].pk, w["merge"].pk],
    "exchange:desk": lambda w: [w["territory"].pk],
    "exchange:export": lambda w: [w["territory"].pk],
    "exchange:run": lambda w: [w["territory"].pk, w["directory_import"].pk],
    "exchange:columns": lambda w: [w["territory"].pk, w["directory_import"].pk],
    "exchange:confirm": lambda w: [w["territory"].pk, w["directory_import"].pk],
    "exchange:resume": lambda w: [w["territory"].pk, w["directory_import"].pk],
    "exchange:undo": lambda w: [w["territory"].pk, w["directory_import"].pk],
    "freshness:call_list": lambda w: [w["territory"].pk],
    "freshness:follow": of_verified,
    "freshness:confirm_by_phone": of_verified,
    "freshness:edit_by_phone": lambda w: [*of_verified(w), "contact"],
    "freshness:note_call": of_verified,
    "freshness:ask_now": of_verified,
    "freshness:revoke_links": of_verified,
    "freshness:do_not_ask": of_verified,
    "freshness:ask_again": of_verified,
    "freshness:proposal_list": lambda w: [w["territory"].pk],
    "freshness:proposal": lambda w: [w["territory"].pk, w["proposal"].pk],
    "freshness:suggest": lambda w: [w["verified"].pk],
    "freshness:suggest of a hidden entry": lambda w: [w["hidden"].pk],
    "freshness:suggested": lambda w: [w["verified"].pk],
    "freshness:suggest_part": lambda w: [w["verified"].pk, "contact"],
    "freshness:check": lambda w: [w["check_token"]],
    "freshness:thanks": lambda w: [w["check_token"]],
    "freshness:check_part": lambda w: [w["check_token"], "contact"],
    "freshness:closed": lambda w: [w["check_token"]],
    "freshness:someone_else": lambda w: [w["check_token"]],
    "freshness:new_link": lambda w: [w["check_token"]],
}

OUTSIDE = {
    "coordination:calendar_revoke",
    "coordination:calendar_feed",
    "coordination:meeting_reply",
    "coordination:minutes_review",
    "coordination:record_add",
}
# What the logbook keeps that has its own address, under its territory's.
NAMED_IN_A_LOGBOOK = [row for row in ARGUMENTS if row.startswith("coordination:") and row not in OUTSIDE]


def names(resolver, namespace: str = ""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{namespace}{pattern.name}"


def address(row: str, world: dict) -> str:
    name = row.partition(" ")[0]
    if row in ARGUMENTS:
        return reverse(name, args=ARGUMENTS[row](world))
    try:
        return reverse(name)
    except NoReverseMatch:
        whole = world["territory"].pk if name.startswith("coordination:") else "essai"
        return reverse(name, args=[whole])


def test_every_address_is_in_the_table():
    assert sorted(set(names(get_resolver()))) == sorted({row.partition(" ")[0] for row in GET})


def test_every_address_that_acts_by_post_only_is_tried_by_post():
    """Pages that open by GET may have a row as well."""
    tried = {row.partition(" ")[0] for row in POST}
    assert {name for name, expected in GET.items() if expected in (ACTS, ACTS_FOR_ALL)} <= tried


@pytest.mark.parametrize("name", GET)
def test_who_opens(name, world, people, client):
    url = address(name, world)
    found = []
    for role in ROLES:
        client.logout()
        if role in people:
            client.force_login(people[role])
        response = client.get(url)
        list(response)  # a file is closed once read
        found.append(response.status_code)
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, GET[name], strict=True))


@pytest.mark.parametrize(("name", "role"), [(name, role) for name in POST for role in ROLES])
def test_who_acts(name, role, world, people, client):
    form, expected = POST[name]
    if role in people:
        client.force_login(people[role])
    response = client.post(address(name, world), form)
    list(response)  # a file is closed once read
    assert response.status_code == expected[ROLES.index(role)]


@pytest.mark.parametrize("name", [name for name, expected in GET.items() if {403, 404} & set(expected)])
def test_who_may_not_open_may_not_post_either(name, world, people, client):
    url = address(name, world)
    for role, expected in zip(ROLES, GET[name], strict=True):
        if role in people and expected in {403, 404}:
            client.force_login(people[role])
            assert client.post(url).status_code in {expected, 405}, role


@pytest.mark.parametrize("name", NAMED_IN_A_LOGBOOK)
def test_nothing_of_a_logbook_is_found_under_another_territory(name, world, people, client):
    """Who coordinates there, or everywhere, reads nothing of here under there's addresses."""
    there = people["elsewhere"].coordinations.get().territory
    url = address(name, world | {"territory": there})
    for role in ("elsewhere", "staff"):
        client.force_login(people[role])
        form, _ = POST.get(name, ({}, ()))
        answer = client.post(url, form) if name in POST else client.get(url)
        assert answer.status_code == 404, role

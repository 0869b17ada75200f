"""The pages that no address opens by itself: what one does before to come to each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.urls import resolve, reverse
from playwright.sync_api import Page

from accounts import proconnect
from accounts.models import User
from outbox import links
from privacy import mails
from tests.browser.conftest import WIDE
from tests.factories import InterviewFactory, UserFactory
from tests.test_permissions import address


@dataclass
class Visit:
    """``world`` and ``people`` are those of the permission table; ``settings`` is pytest-django's."""

    page: Page
    sign_in: Callable
    world: dict
    people: dict
    settings: Any

    def take_steps_to(self, name: str) -> None:
        """From nowhere, signed in as nobody, to the page of that name."""
        self.page.context.clear_cookies()
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        STEPS[name](self)
        assert resolve(urlsplit(self.page.url).path).view_name == name, self.page.url

    def open(self, name: str, *arguments) -> None:
        self.page.goto(reverse(name, args=arguments))

    def fill_in(self, field: str, text: str) -> None:
        self.page.locator(f"main [name={field}]").fill(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("main form .btn-primary").click()


def ask_for_a_code(visit: Visit) -> User:
    user = with_second_factor()
    visit.open("account_login")
    visit.fill_in("email", user.email)
    return user


def give_the_mailed_code(visit: Visit) -> None:
    ask_for_a_code(visit)
    visit.fill_in("code", re.search(r"\d{4}-\d{4}", mail.outbox[-1].body)[0])


def with_second_factor() -> User:
    user = UserFactory()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


def come_back(visit: Visit) -> User:
    """In a session that did not give the second factor, to what wants it."""
    user = with_second_factor()
    visit.sign_in(visit.page, user)
    visit.open("mfa_view_recovery_codes")
    return user


def confirm_who_one_is(visit: Visit) -> None:
    user = come_back(visit)
    codes = RecoveryCodes(Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES))
    visit.fill_in("code", codes.get_unused_codes()[0])


def leave_the_second_factor(visit: Visit) -> None:
    confirm_who_one_is(visit)
    visit.open("mfa_deactivate_totp")


def choose_proconnect(visit: Visit) -> None:
    application = {"provider_id": proconnect.PROVIDER_ID, "name": "ProConnect", "client_id": "a", "secret": "b"}
    application["settings"] = {"server_url": "https://proconnect.exemple.test"}
    visit.settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [application]}}
    visit.open("openid_connect_login")


def be_refused_by_proconnect(visit: Visit) -> None:
    visit.open("socialaccount_login_error")


def follow_the_mail_about_ones_data(visit: Visit) -> None:
    visit.open(
        "privacy:keep", links.make(purpose=mails.KEEP, subject=mails.SUBJECT, recipient="a@exemple.test", days=3)
    )


def hand_a_table_in(visit: Visit) -> None:
    visit.sign_in(visit.page, visit.people["coordinator"])
    visit.open("exchange:desk", visit.world["territory"].pk)
    table = {"name": "annuaire.csv", "mimeType": "text/csv", "buffer": b"Structure;Ville\nLe Panier;Bondy\n"}
    visit.page.set_input_files("input[type=file]", table)
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name="Lire le fichier").click()


def go_to_delete_an_interview(visit: Visit) -> None:
    case = visit.world["case"]
    if not hasattr(case, "interview"):
        InterviewFactory(case=case)
    visit.sign_in(visit.page, visit.people["staff"])
    visit.open("evaluation:interview_delete", case.evaluation.code, case.pk)


def open_a_report_by_its_link(visit: Visit) -> None:
    visit.page.goto(address("evaluation:shared_report", visit.world))
    visit.press()


def ask_for_another_link(visit: Visit) -> None:
    visit.open("freshness:check", "perime")
    visit.press()


STEPS: dict[str, Callable[[Visit], object]] = {
    "account_confirm_login_code": ask_for_a_code,
    "mfa_authenticate": give_the_mailed_code,
    "mfa_reauthenticate": come_back,
    "mfa_view_recovery_codes": confirm_who_one_is,
    "mfa_deactivate_totp": leave_the_second_factor,
    "openid_connect_login": choose_proconnect,
    "socialaccount_login_error": be_refused_by_proconnect,
    "privacy:keep": follow_the_mail_about_ones_data,
    "exchange:columns": hand_a_table_in,
    "evaluation:interview_delete": go_to_delete_an_interview,
    "evaluation:shared_report_read": open_a_report_by_its_link,
    "freshness:new_link": ask_for_another_link,
}

"""What anyone sees, at both widths and without JavaScript."""

import pytest


@pytest.mark.parametrize("address", ["/", "/compte/connexion/", "/accessibilite/", "/mentions-legales/"])
def test_accessible_at_each_width(page_at_each_width, assert_accessible, address):
    answer = page_at_each_width.goto(address)
    assert answer.status == 200
    assert_accessible(page_at_each_width)


def test_home_leads_to_sign_in_without_javascript(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    assert page.locator("a[href*='/compte/']").count()

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by ANSA's staff: nobody signs up alone."""

    def is_open_for_signup(self, request) -> bool:
        return False

"""Campaigns: where each person stands (``progress``), which mail is due (``schedule``), what it says (``mails``)."""

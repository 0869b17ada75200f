"""Campaigns: where each person stands (``progress``), which mail is due (``schedule``) and asked for (``asking``),
what it says (``texts``, ``mails``), what is to come (``forecast``), whom one asks (``recipients``), their life
(``operations``)."""

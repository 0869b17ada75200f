"""Answering a questionnaire: by the link of a mail, or by someone of the team on the telephone."""

"""Keeping the directory right: what is due, whom to ask, who to call, and what outsiders propose."""

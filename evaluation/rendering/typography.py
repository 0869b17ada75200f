"""French typography in print: spaces that no line may end on, apostrophes. Pure."""

import re
from typing import Any

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"

# Atkinson Hyperlegible has neither the narrow no-break space nor the no-break hyphen.
_absent = str.maketrans({"\N{NARROW NO-BREAK SPACE}": NBSP, "\N{NON-BREAKING HYPHEN}": "-"})
_apostrophe = re.compile(r"(?<=[^\W\d_])'(?=\w)")
_unbreakable = re.compile(
    r" (?=[;:!?»%€])"  # before high punctuation and units
    r"|(?<=«) "
    r"|(?<=\d) (?=\d{3}\b)"  # 12 000
    rf"|(?<=\d) (?=(?:{MONTHS})\b)|(?<=\b1er) (?=(?:{MONTHS})\b)"
    r"|(?<=\d) (?=à \d)|(?<=\d à) (?=\d)"  # 14 à 15
    r"|(?<=\bsur) (?=\d)|(?<=\bet) (?=\d)|(?<=\bp\.) (?=\d)|(?<=\bn°) (?=\d)"
    r"|(?<=\b[Pp]age) (?=\d)|(?<=\b[Ss]ession) (?=\d)"
)


def french(text: str) -> str:
    """``text`` as it is printed: « 14 à 15 sur 18 : à vérifier » stays whole where a reader would want it to."""
    return _unbreakable.sub(NBSP, _apostrophe.sub("’", text.translate(_absent)))


def all_french(value: Any) -> Any:
    """Every text within plain values; keys and codes hold nothing that this changes."""
    if isinstance(value, str):
        return french(value)
    if isinstance(value, dict):
        return {key: all_french(item) for key, item in value.items()}
    if isinstance(value, list):
        return [all_french(item) for item in value]
    return value

import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """``text`` as searches compare it: no accents, lower case, hyphens and apostrophes as spaces.

    >>> normalised("Évry-Courcouronnes")
    'evry courcouronnes'
    """
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    plain = unicodedata.normalize("NFKD", text.casefold())
    if not plain.isascii():
        plain = "".join([c for c in plain if not unicodedata.combining(c)])
    return _BETWEEN_WORDS.sub(" ", plain).strip()

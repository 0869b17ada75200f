import unicodedata


def normalised(text: str) -> str:
    """``text`` as searches compare it: no accents, lower case, hyphens and apostrophes as spaces.

    >>> normalised("Évry-Courcouronnes")
    'evry courcouronnes'
    """
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())

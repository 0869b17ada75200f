"""Reading what a page answered."""


def texts(response) -> str:
    """The page's HTML, its spaces made simple."""
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


def refusals(response) -> dict[str, str]:
    """The errors of the page's form, by field; fails if the form was accepted."""
    assert response.status_code == 200
    return {name: " ".join(errors) for name, errors in response.context["form"].errors.items()}

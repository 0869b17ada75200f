"""What holds for every model of the site."""

from django.apps import apps
from django.conf import settings


def test_a_name_of_several_words_says_its_plural():
    """Django adds an « s » at the end, which is right for one word only."""
    ours = [model for model in apps.get_models() if (settings.BASE_DIR / model.__module__.partition(".")[0]).is_dir()]
    several = [model for model in ours if " " in str(model._meta.verbose_name)]
    assert len(several) > 10
    assert [model for model in several if "verbose_name_plural" not in model._meta.original_attrs] == []

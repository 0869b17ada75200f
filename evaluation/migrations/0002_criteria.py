from django.db import migrations

from evaluation.criteria import install


def install_criteria(apps, schema_editor):
    install(apps.get_model("evaluation", "Family"), apps.get_model("evaluation", "Criterion"))


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]
    operations = [migrations.RunPython(install_criteria, migrations.RunPython.noop)]

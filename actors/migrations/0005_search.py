from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

INDEX = "listing_words"


def add_trigrams(apps, schema_editor):
    """The index that finds ``LIKE '% word%'``; SQLite has none such, and reads the table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {INDEX} ON actors_listing USING gin (search_text gin_trgm_ops)")


def remove_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("actors", "0004_directory")]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[("text", models.CharField(max_length=40, primary_key=True, serialize=False))],
            options={"verbose_name": "mot de l’index", "verbose_name_plural": "mots de l’index"},
        ),
        TrigramExtension(),
        migrations.RunPython(add_trigrams, remove_trigrams),
    ]

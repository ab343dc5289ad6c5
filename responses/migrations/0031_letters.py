from django.db import migrations, models

from responses.comments.searching import letters_of


def fill(apps, schema_editor):
    comments = apps.get_model("responses", "Comment").objects.only("pk", "text")
    last = 0
    while batch := list(comments.filter(pk__gt=last).order_by("pk")[:2_000]):
        for comment in batch:
            comment.letters = letters_of(comment.text)
        comments.bulk_update(batch, ["letters"])
        last = batch[-1].pk


def index_letters(apps, schema_editor):
    """In the place of the index of the text as it was written."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS comment_words")
        schema_editor.execute(
            "CREATE INDEX comment_letters ON responses_comment USING gin (letters gin_trgm_ops)"
        )


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL adds no index while rows of the same transaction are changed

    dependencies = [("responses", "0030_digest")]

    operations = [
        migrations.AddField(
            "comment",
            "letters",
            models.TextField(default="", help_text="the text as it is searched"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index_letters, migrations.RunPython.noop),
    ]

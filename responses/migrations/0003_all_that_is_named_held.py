"""PostgreSQL looked up the link and the service point of each response that named one, and the wave of
each entry of the journal. Who stores holds link and point too (responses/intake/at_once.py), and the
entry's wave is held by who makes it. That none of them goes meanwhile is seen where it is deleted."""

from django.db import migrations

# By the table that is named: the trigger, what names it, and by which column.
HELD = (
    ('surveys_servicepoint', 'named_by_a_response', 'responses_response', 'service_point_id'),
    ('surveys_entrypoint', 'named_by_a_response', 'responses_response', 'entry_point_id'),
    ('surveys_wave', 'named_in_the_journal', 'responses_journalentry', 'wave_id'),
)

REFUSING = """
CREATE FUNCTION refuse_while_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1])
    INTO found USING OLD.id;
    IF found THEN
        RAISE foreign_key_violation USING MESSAGE =
            format('%s %s is named in %s', TG_TABLE_NAME, OLD.id, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;
"""


def hold(apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    schema_editor.execute(REFUSING, params=None)
    for named, trigger, table, column in HELD:
        for constraint in _foreign_keys(schema_editor, table, column):
            schema_editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        schema_editor.execute(
            f'CREATE CONSTRAINT TRIGGER {trigger} AFTER DELETE ON {named}'
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
            f" EXECUTE FUNCTION refuse_while_named('{table}', '{column}')"
        )


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    for named, trigger, table, column in HELD:
        schema_editor.execute(f'DROP TRIGGER {trigger} ON {named}')
        schema_editor.execute(
            f'ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY ({column})'
            f' REFERENCES {named} (id) DEFERRABLE INITIALLY DEFERRED'
        )
    schema_editor.execute('DROP FUNCTION refuse_while_named')


def _foreign_keys(schema_editor, table, column):
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, table)
    return [name for name, each in found.items() if each['foreign_key'] and each['columns'] == [column]]


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0002_places_held'),
        ('surveys', '0001_tables'),
    ]

    operations = [migrations.RunPython(hold, let_go)]

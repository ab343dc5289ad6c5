"""PostgreSQL looked up wave, service and channel of every response that was stored, which took as long
as all else. Who stores holds them now, once for many (responses/intake/at_once.py). That none of them
goes while a response names it is still the database's to see, where it is deleted."""

from django.db import migrations

HELD = {'wave': 'surveys_wave', 'service': 'surveys_service', 'channel': 'surveys_channel'}

REFUSING = """
CREATE FUNCTION refuse_while_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM responses_response WHERE %I = $1)', TG_ARGV[0])
    INTO found USING OLD.id;
    IF found THEN
        RAISE foreign_key_violation USING MESSAGE =
            format('%s %s is named by a response', TG_TABLE_NAME, OLD.id);
    END IF;
    RETURN NULL;
END $$;
"""


def hold(apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    model = apps.get_model('responses', 'response')
    schema_editor.execute(REFUSING, params=None)
    for name, table in HELD.items():
        column = model._meta.get_field(name).column
        for constraint in _foreign_keys(schema_editor, model, column):
            schema_editor.execute(f'ALTER TABLE responses_response DROP CONSTRAINT "{constraint}"')
        schema_editor.execute(
            f'CREATE CONSTRAINT TRIGGER named_by_a_response AFTER DELETE ON {table}'
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
            f" EXECUTE FUNCTION refuse_while_answered('{column}')"
        )


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    model = apps.get_model('responses', 'response')
    for name, table in HELD.items():
        column = model._meta.get_field(name).column
        schema_editor.execute(f'DROP TRIGGER named_by_a_response ON {table}')
        schema_editor.execute(
            f'ALTER TABLE responses_response ADD CONSTRAINT responses_response_{column}_fk'
            f' FOREIGN KEY ({column}) REFERENCES {table} (id) DEFERRABLE INITIALLY DEFERRED'
        )
    schema_editor.execute('DROP FUNCTION refuse_while_answered')


def _foreign_keys(schema_editor, model, column):
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, model._meta.db_table)
    return [name for name, each in found.items() if each['foreign_key'] and each['columns'] == [column]]


class Migration(migrations.Migration):

    replaces = [('responses', '0036_places_held')]
    dependencies = [('responses', '0001_tables')]

    operations = [migrations.RunPython(hold, let_go)]

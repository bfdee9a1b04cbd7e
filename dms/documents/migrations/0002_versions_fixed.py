"""The database itself refuses to change the content of a version.

SQLite drops triggers when a later migration rebuilds the table: such a migration ends with the same operation.
"""

from django.db import migrations

COLUMNS = (
    "id", "document_id", "parent_id", "major", "minor", "sha256", "size_bytes", "filename", "comment",
    "created_by_id", "created_at",
)
MESSAGE = "a version is immutable"


def install(apps, schema_editor):
    """Put the trigger in its place."""
    changed = {"sqlite": "OLD.{0} IS NOT NEW.{0}", "postgresql": "OLD.{0} IS DISTINCT FROM NEW.{0}"}
    vendor = schema_editor.connection.vendor
    when = " OR ".join(changed[vendor].format(column) for column in COLUMNS)
    if vendor == "sqlite":
        schema_editor.execute(
            "CREATE TRIGGER IF NOT EXISTS documents_version_fixed BEFORE UPDATE ON documents_version "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION documents_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    schema_editor.execute("DROP TRIGGER IF EXISTS documents_version_fixed ON documents_version")
    schema_editor.execute(
        "CREATE TRIGGER documents_version_fixed BEFORE UPDATE ON documents_version FOR EACH ROW "
        f"WHEN ({when}) EXECUTE FUNCTION documents_version_refuse()"
    )


def remove(apps, schema_editor):
    """Take the trigger away."""
    on = " ON documents_version" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS documents_version_fixed{on}")


class Migration(migrations.Migration):

    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]

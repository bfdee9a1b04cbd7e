"""The database itself refuses to change what the ledger recorded."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_event", "audit_leaf", "audit_checkpoint")
MESSAGE = "the ledger is append-only"

_SQLITE = {
    "{table}_no_update": "CREATE TRIGGER {name} BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{message}'); END",
    "{table}_no_delete": "CREATE TRIGGER {name} BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{message}'); END",
}
_POSTGRESQL = {
    "{table}_no_change": "CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "{table}_no_truncate": "CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
}
_STATEMENTS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_PREPARE = {
    "sqlite": (),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
    ),
}
_DROP = {
    "sqlite": "DROP TRIGGER IF EXISTS {name}",
    "postgresql": "DROP TRIGGER IF EXISTS {name} ON {table}",
}
# Name and definition of what stands in the database: a trigger of the right name that does
# nothing, or one that is switched off, is as bad as none.
_STANDING = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def statements(vendor: str) -> dict[str, str]:
    """Name and statement of each trigger that must stand."""
    return {
        (name := template.format(table=table)): sql.format(name=name, table=table, message=MESSAGE)
        for table in TABLES
        for template, sql in _STATEMENTS[vendor].items()
    }


def has_tables(connection: BaseDatabaseWrapper) -> bool:
    """Whether the ledger's tables are there; before the first migration they are not."""
    return set(TABLES) <= set(connection.introspection.table_names())


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that do not stand as they must."""
    wanted = statements(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(_STANDING[connection.vendor])
        standing = dict(cursor.fetchall())
    if connection.vendor == "sqlite":  # keeps the statement as it was given
        return [name for name, sql in wanted.items() if standing.get(name) != sql]
    return [
        name
        for name in wanted
        if "EXECUTE FUNCTION audit_refuse()" not in standing.get(name, "").replace("public.", "")
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every missing trigger in its place; nothing happens where all stand."""
    absent = missing(connection)
    if not absent:
        return
    vendor = connection.vendor
    wanted = statements(vendor)
    with connection.cursor() as cursor:
        for sql in _PREPARE[vendor]:
            cursor.execute(sql)
        for name in absent:
            table = name.rpartition("_no_")[0]
            cursor.execute(_DROP[vendor].format(name=name, table=table))
            cursor.execute(wanted[name])

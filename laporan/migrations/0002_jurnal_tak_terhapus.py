"""Refuse TRUNCATE of the journal and of reports, everywhere but in test databases, whose flush needs it."""

from django.db import migrations

TABLES = ("laporan_laporan", "laporan_perkembangan", "laporan_lampiran", "laporan_laporantps", "laporan_penghitung")

FUNCTION = """
CREATE OR REPLACE FUNCTION laporan_tolak_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Laporan dan jurnalnya tidak boleh dikosongkan.' USING ERRCODE = 'restrict_violation';
END $$;
"""


def install(apps, schema_editor, *, force=False):
    """Install the triggers; `force` also in a test database (the test that proves them)."""
    if schema_editor.connection.settings_dict["NAME"].startswith("test_") and not force:
        return
    schema_editor.execute(FUNCTION)
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER tolak_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION laporan_tolak_truncate()"
        )


def remove(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS tolak_truncate ON {table}")
    schema_editor.execute("DROP FUNCTION IF EXISTS laporan_tolak_truncate()")


class Migration(migrations.Migration):
    dependencies = [("laporan", "0001_awal")]

    operations = [migrations.RunPython(install, remove)]

"""The newest reports are searched by a key of their span of 4,096 ids; whether a word was ever written, by its stem."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# As laporan.cari.indeks.span_key writes it. Again changes nothing.
MARK = """
UPDATE laporan_indekscari SET vektor = vektor || array_to_tsvector(ARRAY['#b' || (laporan_id >> 12)])
 WHERE laporan_id >= %s AND laporan_id < %s
"""


def mark_spans(apps, schema_editor):
    """A span at a time, each on its own, so that filing and acting never wait long."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(laporan_id), -1) FROM laporan_indekscari")
        for start in range(0, cursor.fetchone()[0] + 1, 4096):
            cursor.execute(MARK, [start, start + 4096])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("laporan", "0009_cari_peserta")]

    operations = [
        migrations.RunPython(mark_spans, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="kosakata",
            index=models.Index(fields=["akar"], name="kosakata_akar"),
        ),
    ]

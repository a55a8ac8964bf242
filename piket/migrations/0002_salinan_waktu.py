"""Copies that stay true: an assignment carries its shift's range and its member's person.

The exclusion constraint needs them in its own row; composite foreign keys follow every change of the original.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE piket_piket ADD CONSTRAINT piket_pemilihan_posko
    FOREIGN KEY (posko_id, pemilihan_id) REFERENCES posko_posko (id, pemilihan_id) ON UPDATE CASCADE;
ALTER TABLE piket_piket ADD CONSTRAINT piket_id_pemilihan_waktu UNIQUE (id, pemilihan_id, waktu);
ALTER TABLE piket_penugasan ADD CONSTRAINT penugasan_waktu_piket
    FOREIGN KEY (piket_id, pemilihan_id, waktu) REFERENCES piket_piket (id, pemilihan_id, waktu) ON UPDATE CASCADE;
ALTER TABLE piket_penugasan ADD CONSTRAINT penugasan_pengguna_anggota
    FOREIGN KEY (anggota_id, pengguna_id) REFERENCES posko_anggota (id, pengguna_id) ON UPDATE CASCADE;
"""

BACKWARD = """
ALTER TABLE piket_penugasan DROP CONSTRAINT penugasan_pengguna_anggota;
ALTER TABLE piket_penugasan DROP CONSTRAINT penugasan_waktu_piket;
ALTER TABLE piket_piket DROP CONSTRAINT piket_id_pemilihan_waktu;
ALTER TABLE piket_piket DROP CONSTRAINT piket_pemilihan_posko;
"""


class Migration(migrations.Migration):
    dependencies = [("piket", "0001_awal"), ("posko", "0002_salinan_peserta")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

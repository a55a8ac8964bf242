"""Copies that stay true: a seat knows whether its agency is a contestant, a membership whether its seat is.

With the copy a plain CHECK holds "members of a contestant are only piket or petugas lapangan", whoever writes.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE posko_instansi ADD CONSTRAINT instansi_id_peserta UNIQUE (id, peserta);
ALTER TABLE posko_kursi ADD CONSTRAINT kursi_peserta_instansi
    FOREIGN KEY (instansi_id, peserta) REFERENCES posko_instansi (id, peserta) ON UPDATE CASCADE;
ALTER TABLE posko_kursi ADD CONSTRAINT kursi_id_peserta UNIQUE (id, peserta);
ALTER TABLE posko_anggota ADD CONSTRAINT anggota_peserta_kursi
    FOREIGN KEY (kursi_id, peserta) REFERENCES posko_kursi (id, peserta) ON UPDATE CASCADE;
ALTER TABLE posko_anggota ADD CONSTRAINT anggota_id_pengguna UNIQUE (id, pengguna_id);
ALTER TABLE posko_posko ADD CONSTRAINT posko_id_pemilihan UNIQUE (id, pemilihan_id);
"""

BACKWARD = """
ALTER TABLE posko_posko DROP CONSTRAINT posko_id_pemilihan;
ALTER TABLE posko_anggota DROP CONSTRAINT anggota_id_pengguna;
ALTER TABLE posko_anggota DROP CONSTRAINT anggota_peserta_kursi;
ALTER TABLE posko_kursi DROP CONSTRAINT kursi_id_peserta;
ALTER TABLE posko_kursi DROP CONSTRAINT kursi_peserta_instansi;
ALTER TABLE posko_instansi DROP CONSTRAINT instansi_id_peserta;
"""


class Migration(migrations.Migration):
    dependencies = [("posko", "0001_awal")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Print a session and CSRF cookie for each named person: ``python -m tests.bench.sign_in operator.dki …``.

Also prints what the measurements need to know of the data: a report to open and the ids a filing names.
"""

from __future__ import annotations

import json
import logging
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "posko.settings"
django.setup()


def main(usernames: list[str]) -> None:
    from django.test import Client

    from laporan.models import Kategori, Laporan
    from piket.aktor import build_aktor
    from piket.models import Piket
    from posko.models import Pengguna, Posko

    logging.disable(logging.INFO)  # the line of each request
    people = {}
    for person in Pengguna.objects.filter(username__in=usernames):
        client = Client(headers={"host": "localhost"})
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.get("/laporan/baru/")
        newest = Laporan.objects.visible_to(build_aktor(person)).order_by("-id").first()
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        people[person.username] = {"cookies": cookies, "nomor": newest.nomor if newest else ""}
    kategori = Kategori.objects.get(pemilihan__kode="gladi", kode="rapat")
    kota = Posko.objects.get(pemilihan__kode="gladi", wilayah="31.73")
    today = Piket.objects.filter(posko=kota, tanggal=kota.local_time().date()).order_by("waktu").first()
    print(
        json.dumps(
            {
                "people": people, "kategori": kategori.pk, "jumlah": Laporan.objects.count(), "kota": kota.pk,
                "giliran": today.pk if today else 0,
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])

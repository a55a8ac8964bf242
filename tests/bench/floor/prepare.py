"""Fill the floor's table and print a session and CSRF cookie: ``python -m tests.bench.floor.prepare``."""

from __future__ import annotations

import json
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor.settings"
django.setup()

ROWS = 10_000


def main() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from tests.bench.floor.models import Item

    call_command("migrate", verbosity=0)  # the tables of users first: rows of the floor point at them
    call_command("migrate", run_syncdb=True, verbosity=0)
    user, _ = User.objects.get_or_create(username="floor")
    if not Item.objects.exists():
        now = timezone.now()
        Item.objects.bulk_create(
            Item(
                nomor=f"F-{n:07d}", judul=f"Keadaan di sekitar TPS {n % 90:03d} dicatat untuk mengukur kecepatan.",
                tempat="Kembangan Selatan", status="baru", prioritas="sedang", pada=now, oleh=user,
            )
            for n in range(ROWS)
        )  # fmt: skip
    client = Client()
    client.force_login(user)
    client.get("/", headers={"host": "localhost"})
    print(json.dumps({name: morsel.value for name, morsel in client.cookies.items()}))


if __name__ == "__main__":
    main()

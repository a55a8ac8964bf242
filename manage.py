#!/usr/bin/env python
"""Pintu perintah Django untuk Posko."""

import os
import sys


def main() -> None:
    """Run one management command with Posko's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posko.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""Pytest's entry: which fixtures every test has."""

pytest_plugins = ["tests.fixtures"]

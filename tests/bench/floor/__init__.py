"""The floor: what bare Django costs for one list of 50 rows and one insert, behind the same server settings."""

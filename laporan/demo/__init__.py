"""The drill that `manage.py demo` loads: an edition "Gladi" relative to today, its people, roster and reports."""

"""Forms of the roster, a module a subject."""

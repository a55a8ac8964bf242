"""Django admin of posko."""

"""Forms of admin: the database's own rules, said at the form before the database has to refuse."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError


class TruthForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form that checks every constraint, also those over fields the form does not show.

    Django skips a constraint as soon as one of its fields is not in the form (copies such as `peserta`, fields
    that are fixed after creation), and the database would then answer with an error page.
    """

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            self.add_error(None, error.messages)

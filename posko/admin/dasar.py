"""The base of everything in admin: scoped to the posts that the person administers.

How to use it::

    @admin.register(Piket)
    class PiketAdmin(ScopedAdmin):
        posko_path = "posko__"          # lookup from the model to its Posko; "" for Posko itself
        act = "manage_piket"            # rule of posko.access asked for every change
        tetap = ("posko",)              # fields that are fixed once the object exists
        deletable = True                # default False: people, agencies and reports are deactivated
        export_fields = ("tanggal", "nama", "posko__wilayah__nama")   # columns of "Unduh XLSX"
        list_display = …; search_fields = …; autocomplete_fields = …  # as in any ModelAdmin

What comes with it, from one place:

- the list, search, date hierarchy, actions, export, history and object pages hold only objects whose post is
  `access.posko_managed_by(aktor)` in the edition being looked at; anything else answers 404;
- foreign key and many-to-many choices, autocomplete suggestions and relation filters come from the related
  model's own admin (`get_choices`); a model that has no ScopedAdmin offers nothing (deny by default);
- forms check every database constraint, also over fields they do not show (`TruthForm`: inherit your forms from it);
- after each save the object must still lie in scope, else nothing is saved (403);
- `access.can(aktor, act, posko)` for add, change and delete: a closed edition is read-only;
- an invalid form answers 422; the history page tells the database's own history (pghistory).

Models without a post (areas, agencies, editions) use `GlobalAdmin`: admins look them up, superusers change them.
Inlines use `ScopedInline` (or `ScopedStackedInline`): they follow the permissions of the page they are on.
`ReadOnlyMixin` before the base takes all writing away. Own pages: add to ``get_urls`` with `self.page(view)`,
which checks permission, and fetch objects with `self.get_or_404(request, pk)`; `self.confirm(…)` asks before a
grave act. `alat_daftar` in a list's extra_context adds links (`{"url", "nama"}`) beside "Unduh XLSX".
"""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from import_export.admin import ExportMixin
from import_export.resources import ModelResource, modelresource_factory

from posko import access
from posko.access import Aktor
from posko.admin.ekspor import TextXLSX
from posko.admin.formulir import TruthForm
from posko.admin.riwayat import history_of
from posko.views.galat import answer_error


def aktor_of(request: HttpRequest) -> Aktor:
    """Who is asking; the site lets nobody in without."""
    return cast(Aktor, request.aktor)  # type: ignore[attr-defined]


class ChoicesMixin:
    """Choices of relations, the same for pages and inlines."""

    admin_site: admin.AdminSite

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> models.QuerySet[Any] | None:
        """What a relation offers: the related admin's choices, nothing when there is none."""
        model = db_field.remote_field.model
        related = self.admin_site._registry.get(model)
        if isinstance(related, ScopedAdmin):
            return related.get_choices(request)
        return model._default_manager.none()


class ScopedAdmin(ChoicesMixin, ExportMixin, admin.ModelAdmin):  # type: ignore[misc,type-arg]
    """See the module's docstring."""

    posko_path: ClassVar[str | None] = None
    act: ClassVar[str] = "manage_posko"
    tetap: ClassVar[tuple[str, ...]] = ()
    deletable: ClassVar[bool] = False
    export_fields: ClassVar[tuple[str, ...]] = ()
    superuser_only: ClassVar[bool] = False

    form = TruthForm
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # the site has no such address: it would reveal what exists
    save_on_top = False
    actions_on_bottom = False
    formats = [TextXLSX]
    skip_export_form = True
    import_export_change_list_template = "admin/posko/daftar.html"
    object_history_template = "admin/posko/riwayat.html"

    # --- scope ---------------------------------------------------------------------------------------

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        """The part of `queryset` this person administers."""
        if self.posko_path is None:
            return queryset if aktor.superuser else queryset.none()
        return queryset.filter(access.posko_managed_by(aktor, self.posko_path))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return self.scope(super().get_queryset(request), aktor_of(request))

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        """What forms elsewhere may point at. term: what was typed, when the person is searching."""
        return self.get_queryset(request)

    def get_or_404(self, request: HttpRequest, pk: Any) -> Any:
        """The object for a page of our own, when it lies in scope and may be seen."""
        obj = self.get_object(request, unquote(str(pk)))
        if obj is None:
            raise Http404
        return obj

    def get_posko(self, obj: Any) -> Any:
        """The post an object belongs to; None for objects of all posts."""
        if self.posko_path is None:
            return None
        for name in filter(None, self.posko_path.split("__")):
            obj = getattr(obj, name)
        return obj

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Django redirects with a message; what is hidden must answer like what does not exist.
        raise Http404

    # --- permissions ---------------------------------------------------------------------------------

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may change `obj`, or objects of this kind at all."""
        aktor = aktor_of(request)
        if obj is None:
            return not aktor.arsip and access.can(aktor, "open_admin")
        return access.can(aktor, self.act, self.get_posko(obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        aktor = aktor_of(request)
        return aktor.superuser if self.superuser_only else access.can(aktor, "open_admin")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and self.may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj) and self.may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self.has_change_permission(request, obj)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.export_fields) and self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only declared filters: an address must not probe columns that the list does not show."""
        declared = {self.date_hierarchy, "pk", "id"}
        for item in self.get_list_filter(request):  # type: ignore[arg-type]
            name = item[0] if isinstance(item, tuple) else getattr(item, "parameter_name", item)
            declared.add(name if isinstance(name, str) else None)
        return any(name and (lookup == name or lookup.startswith(f"{name}__")) for name in declared)

    # --- lists and forms -----------------------------------------------------------------------------

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Filters over relations offer only what occurs in the scoped list."""
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        field: Any = None
        model: Any = self.model
        for part in item.split("__"):
            field = model._meta.get_field(part)
            model = field.remote_field.model if field.is_relation else model
        return (item, admin.RelatedOnlyFieldListFilter) if field.is_relation else item

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = self.tetap if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A list is called by its name, not "Pilih … untuk diubah"."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kw: Any
    ) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **kw)
        if context.get("errors"):
            response.status_code = 422
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A race that only the database sees (two people, one seat) is answered 409, not 500."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            return answer_error(request, 409, kembali=request.get_full_path())

    def confirm(
        self, request: HttpRequest, *, judul: str, kalimat: list[str], tombol: str, **context: Any
    ) -> HttpResponse:
        """A page that says what will happen and asks once more. Pressing `tombol` posts ``putuskan=ya``.

        baris: objects the act applies to; tersembunyi: (name, value) pairs to send along; kembali: where "Batal" leads.
        """
        page = {
            **self.admin_site.each_context(request),
            "title": judul,
            "opts": self.opts,
            "kalimat": kalimat,
            "tombol": tombol,
            **context,
        }
        return TemplateResponse(request, "admin/posko/konfirmasi.html", page)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.require_scope(request, obj)

    def require_scope(self, request: HttpRequest, obj: Any) -> None:
        """Refuse what was just saved outside the person's area; the page's transaction rolls it back."""
        if not self.get_queryset(request).filter(pk=obj.pk).exists() or not self.may(request, obj):
            raise PermissionDenied

    @staticmethod
    def refuse_unless(allowed: bool) -> None:
        """403 unless the act is allowed."""
        if not allowed:
            raise PermissionDenied

    def page(self, view: Any) -> Any:
        """Wrap a page of our own for ``get_urls``: signed in, allowed into admin, never cached."""
        return self.admin_site.admin_view(view)

    # --- history and export --------------------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_or_404(request, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Riwayat: {obj}",
            "object": obj,
            "opts": self.opts,
            "perubahan": history_of(obj),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def get_export_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The rows of the list with its filters; filters that cannot be read answer 400 (the list drops them)."""
        try:
            return super().get_export_queryset(request)  # type: ignore[no-any-return]
        except IncorrectLookupParameters as error:
            raise BadRequest from error

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        """Only the declared columns: a person's secrets are never a column by default."""
        return [modelresource_factory(self.model, meta_options={"fields": self.export_fields})]


class GlobalAdmin(ScopedAdmin):
    """What all posts share: admins look it up from forms, superusers see it in the menu and change it."""

    act = "manage_global"

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.can(aktor_of(request), "manage_global")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return aktor_of(request).superuser


class ReadOnlyMixin:
    """Look, never write: put it before the base class."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InlineMixin(ChoicesMixin):
    """Rows on the page of their parent: whoever may change the parent may change them."""

    parent_model: type[models.Model]
    deletable: ClassVar[bool] = False
    form = TruthForm
    extra = 0

    def _parent_allows(self, request: HttpRequest, obj: Any) -> bool:
        return self.admin_site._registry[self.parent_model].has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site._registry[self.parent_model].has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return self._parent_allows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_allows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self._parent_allows(request, obj)


class ScopedInline(InlineMixin, admin.TabularInline):  # type: ignore[misc,type-arg]
    """Rows in a table."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """In a table only the column has a heading: each control carries its name itself."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label or db_field.verbose_name)))
        return field

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.deletion_widget = forms.CheckboxInput(attrs={"aria-label": "Hapus baris"})
        return formset


class ScopedStackedInline(InlineMixin, admin.StackedInline):  # type: ignore[misc,type-arg]
    """Rows one below the other."""

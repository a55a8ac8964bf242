// How many rows are ticked. The server counts again.
"use strict";
(() => {
  const d = document, form = d.getElementById("massal"), out = form && form.querySelector("[data-terpilih]");
  if (!out) return;
  const count = () => {
    const n = d.querySelectorAll("input[form=massal][name=pilih]:checked").length;
    out.textContent = form.elements.semua.checked ? "semua dipilih" : n ? `${n} dipilih` : "centang laporan di bawah";
  };
  d.addEventListener("change", count);
  d.addEventListener("posko:hidup", count);
  count();
})();

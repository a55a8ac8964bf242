// Names for what admin's own scripts draw without any: choice boxes with search, and columns without a heading.
"use strict";
(() => {
  const d = document;
  const nameBoxes = () => d.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible").forEach((select) => {
    const label = d.querySelector(`label[for="${select.id}"]`), box = select.nextElementSibling;
    const name = select.getAttribute("aria-label") || (label ? label.textContent.replace(":", "").trim() : "");
    if (!name || !box) return;
    box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox], .select2-search__field").forEach((e) => {
      e.removeAttribute("aria-labelledby");
      e.setAttribute("aria-label", name);
    });
  });
  d.querySelectorAll(".tabular thead th").forEach((th) => {
    if (th.textContent.trim()) return;
    const span = d.createElement("span");
    span.className = "visually-hidden";
    span.textContent = th.classList.contains("original") ? "Baris" : "Tindakan";
    th.append(span);
  });
  // On a phone the rows of a list become cards (admin.css), where each cell says which column it is.
  const list = d.querySelector("#result_list");
  if (list) {
    const columns = [...list.tHead.rows[0].cells].map((th) => (th.querySelector(".text") || th).textContent.trim());
    list.classList.add("kartu-sempit");
    for (const row of list.tBodies[0].rows) [...row.cells].forEach((cell, n) => { cell.dataset.kolom = columns[n] || ""; });
  }
  // The boxes are drawn some time after this runs, and again for each added row.
  const form = d.querySelector("#content-main form");
  if (!form || !d.querySelector("select.admin-autocomplete")) return;
  new MutationObserver(nameBoxes).observe(form, { childList: true, subtree: true });
  nameBoxes();
})();

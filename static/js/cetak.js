// The print button of a page made for paper. Without script the browser's own print command does the same.
"use strict";
document.querySelectorAll("[data-cetak]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => window.print()); });

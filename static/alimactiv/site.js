/* Small comforts. Every page works without this file. */
"use strict";

/* A filter bar that htmx serves answers as soon as a choice changes; without htmx, its button does it. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filters[hx-get]");
  if (form && window.htmx) form.requestSubmit();
});

/* After a refused form, the reader starts at the list of what to mend. */
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector(".error-summary");
  if (!summary) return;
  document.title = `Erreur – ${document.title}`;
  summary.focus();
});

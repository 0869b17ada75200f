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

/* Who stands on a link or a button that htmx replaces stands on the same one afterwards; htmx sees to what has an id. */
let left = null;
const words = (element) => `${element.tagName} ${element.textContent.trim()}`;

document.addEventListener("htmx:beforeSwap", (event) => {
  const focused = document.activeElement;
  left = event.detail.target.contains(focused) && !focused.id ? words(focused) : null;
});

document.addEventListener("htmx:afterSettle", () => {
  if (!left || document.activeElement !== document.body) return;
  const same = [...document.querySelectorAll("main :is(a, button, summary, [tabindex])")].find((it) => words(it) === left);
  (same || document.querySelector("main")).focus({ preventScroll: true });
  left = null;
});

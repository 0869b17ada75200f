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

/* Lines of links that scroll start at the page that one reads. */
document.addEventListener("DOMContentLoaded", () => {
  for (const here of document.querySelectorAll("nav li > [aria-current]")) {
    const line = here.closest("ul");
    const [box, frame] = [here.getBoundingClientRect(), line.getBoundingClientRect()];
    line.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
  }
});

/* What is long is folded on a telephone, but for where a link leads (Chromium sees to that by itself, once the page is
   there; others do not); it is open where there is room, and on paper. */
const folding = (isOpen) => document.querySelectorAll("details.folds").forEach((it) => (it.open = isOpen));
const unfoldTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.closest("details.folds:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};

document.addEventListener("DOMContentLoaded", () => {
  if (window.matchMedia("(max-width: 48rem)").matches) folding(false);
  unfoldTarget();
});
window.addEventListener("hashchange", unfoldTarget);
window.addEventListener("beforeprint", () => folding(true));

/* Writing minutes. Saving as one types is htmx's; here: what the page says meanwhile. The page works without this file. */
"use strict";

(() => {
  const form = document.getElementById("minutes-form");
  const state = document.getElementById("save-state");
  if (!form) return;

  /* Only an action has a person and a date: elsewhere these fields stay out of the way, unless they hold something. */
  const tidy = (row) => {
    const fields = [...row.querySelectorAll(".for-action")];
    const holds = fields.some((field) => field.querySelector("select, input").value);
    const isAction = row.querySelector("select").value === "action";
    for (const field of fields) field.hidden = !isAction && !holds;
  };
  for (const row of form.querySelectorAll(".outcome-row")) {
    tidy(row);
    row.addEventListener("change", () => tidy(row));
  }

  if (!window.htmx || !form.hasAttribute("hx-post")) return;
  let pressed = null;

  form.addEventListener("input", () => {
    if (!state.querySelector(".notice")) state.textContent = state.dataset.writing;
  });

  /* A button pressed while a save is under way waits for it: one does not run into one's own save. */
  form.addEventListener("submit", (event) => {
    if (!form.classList.contains("htmx-request")) return;
    event.preventDefault();
    pressed = event.submitter;
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) state.textContent = state.dataset.lost;
    if (!pressed) return;
    const button = pressed;
    pressed = null;
    setTimeout(() => form.requestSubmit(form.contains(button) ? button : undefined));
  });
})();

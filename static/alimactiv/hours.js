/* Typing opening hours: rows come and go without a trip to the server. The form works without this file. */
"use strict";

(() => {
  const form = document.querySelector("[data-hours]");
  if (!form) return;

  const rowsOf = (list) => [...list.querySelectorAll(".hours-row")];

  const blank = (row) => {
    for (const input of row.querySelectorAll("input, select")) {
      if (input.type === "checkbox") input.checked = false;
      else if (input.tagName === "SELECT") input.selectedIndex = 0;
      else input.value = "";
    }
    for (const error of row.querySelectorAll(".field-error")) error.remove();
    for (const input of row.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  };

  const numbered = (row, prefix, number) => {
    const old = new RegExp(`(${prefix}-)\\d+(-|$)`);
    for (const element of row.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(old, `$1${number}$2`));
      }
    }
    const button = row.querySelector("[data-remove]");
    button.value = button.value.replace(/\d+$/, number);
    button.querySelector(".visually-hidden").textContent = row.querySelector("legend").textContent;
  };

  const add = (list) => {
    const total = list.querySelector("input[name$='-TOTAL_FORMS']");
    const number = Number(total.value);
    if (number >= Number(list.querySelector("input[name$='-MAX_NUM_FORMS']").value)) return;
    const last = rowsOf(list).at(-1);
    const row = last.cloneNode(true);
    row.hidden = false;
    row.querySelector("[data-number]").textContent = number + 1;
    numbered(row, list.dataset.rows, number);
    blank(row);
    last.after(row);
    total.value = number + 1;
    tidy();
    row.querySelector("input").focus();
  };

  /* When a slot holds is asked only where the answer is not plain. */
  const tidy = () => {
    const school = form.querySelector("input[name$='school_holidays'][value='own']");
    const seasons = [...form.querySelectorAll("[name*='other_start'], [name*='other_end']")];
    const asks = school?.checked || seasons.some((input) => input.value);
    for (const field of form.querySelectorAll("[data-field='when']")) {
      const select = field.querySelector("select");
      field.hidden = !asks && select.selectedIndex === 0 && !field.querySelector(".field-error");
    }
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    event.preventDefault();
    const list = button.closest("[data-rows]");
    if ("add" in button.dataset) {
      add(list);
      return;
    }
    const row = button.closest(".hours-row");
    blank(row);
    const others = rowsOf(list).filter((other) => other !== row && !other.hidden);
    if (others.length) row.hidden = true;
    (others.length ? list.querySelector("[data-add]") : row.querySelector("input")).focus();
  });
  form.addEventListener("change", tidy);
  tidy();
})();

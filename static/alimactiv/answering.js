/*
 * Answers saved as they are given, and kept on this device until the site has them. Without this file, the buttons
 * save page by page. What the site answers is written in evaluation/views/answering.py.
 */
"use strict";

(() => {
  const form = document.querySelector("form.answering-form");
  if (!form) return;
  const state = form.querySelector("[data-state]");
  const progress = form.querySelector("[data-progress]");
  const IDLE = 1500; /* ms after the last key in a long text */
  const AGAIN = 10000; /* ms before another try */
  const PATIENCE = 20000; /* ms for one try */

  /* What this device holds: by question's number, its fields as [name, value]. */

  const held = (() => {
    const prefix = `answers:${form.dataset.key}:`;
    let storage = null;
    try {
      storage = window.localStorage;
    } catch {
      /* refused: kept as long as the page is open */
    }
    const kept = new Map();
    for (let at = 0; storage && at < storage.length; at += 1) {
      const key = storage.key(at);
      if (key.startsWith(prefix)) kept.set(key.slice(prefix.length), JSON.parse(storage.getItem(key)));
    }
    return {
      ids: () => [...kept.keys()],
      get: (id) => kept.get(id),
      set(id, fields) {
        kept.set(id, fields);
        try {
          storage?.setItem(prefix + id, JSON.stringify(fields));
        } catch {
          /* full: likewise */
        }
      },
      drop(id) {
        kept.delete(id);
        storage?.removeItem(prefix + id);
      },
    };
  })();

  const question = (id) => document.getElementById(`question-${id}`);
  const inputs = (block) => [...block.querySelectorAll("input, textarea")];
  const isTick = (input) => input.type === "radio" || input.type === "checkbox";
  const isChoice = (input) => input.name.startsWith("k");
  const fieldsOf = (block) =>
    inputs(block)
      .filter((input) => !isTick(input) || input.checked)
      .map((input) => [input.name, input.value]);

  /* What the page shows */

  const say = (what, more = "") => {
    state.textContent = `${state.dataset[what]} ${more}`;
    state.toggleAttribute("data-trouble", what !== "saved");
  };

  /* Where the keyboard goes on, when the part of a question that it was in is gone. */
  const focusOn = (block) =>
    (block.querySelector("input:checked") ?? block.querySelector("input:not([type=hidden]), textarea")).focus();

  const isAsked = (block) => {
    if (!block.dataset.on) return true;
    const deciding = [...form.elements].filter((input) => input.name === block.dataset.on);
    const wanted = block.dataset.values.split(" ");
    return (
      deciding.length > 0 &&
      isAsked(deciding[0].closest("[data-question]")) &&
      deciding.some((input) => (!isTick(input) || input.checked) && wanted.includes(input.value))
    );
  };

  const arrange = () => {
    for (const block of form.querySelectorAll("[data-question]")) {
      block.hidden = !isAsked(block);
      const clear = block.querySelector("[data-clear]");
      if (clear) clear.hidden = !inputs(block).some((input) => isTick(input) && !isChoice(input) && input.checked);
    }
  };

  const showError = (block, text) => {
    const place = block.querySelector("[data-error]");
    place.hidden = !text;
    place.textContent = text ? `Erreur\u00a0: ${text}` : "";
  };

  const restore = (block, fields) => {
    for (const input of inputs(block).filter((one) => !isChoice(one))) {
      const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (isTick(input)) input.checked = values.includes(input.value);
      else if (values.length) [input.value] = values;
    }
  };

  /* Sending: one request at a time; one that nobody confirmed is sent again as it was before anything newer, so that
     the site never takes this device for another one. */

  const queue = new Set();
  let unconfirmed = null;
  let busy = null;
  let timer = null;
  let isClosed = false;

  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  };

  const hold = (block) => {
    if ("preview" in form.dataset) return; /* what one types to try is neither kept nor sent */
    const id = block.dataset.question;
    held.set(id, fieldsOf(block));
    queue.add(id);
  };

  const post = async (batch, keepalive) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const fields of batch.values()) for (const [name, value] of fields) body.append(name, value);
    const answer = await fetch(window.location.pathname, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      keepalive,
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    if (answer.status === 404 || answer.redirected) return { closed: true };
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const confirmed = (id, sent, mark) => {
    const block = question(id);
    if (block) {
      block.querySelector(`[name="m${id}"]`).value = mark;
      const choice = block.querySelector("[data-conflict]");
      const hadFocus = choice?.contains(document.activeElement);
      choice?.remove();
      if (hadFocus) focusOn(block);
      showError(block, "");
    }
    if (JSON.stringify(held.get(id)) === JSON.stringify(sent)) {
      held.drop(id);
    } else if (held.get(id)) {
      held.set(id, held.get(id).map(([name, value]) => [name, name === `m${id}` ? mark : value]).filter(([name]) => name !== `k${id}`));
      queue.add(id);
    }
  };

  const digest = (batch, reply) => {
    for (const [id, mark] of Object.entries(reply.marks)) confirmed(id, batch.get(id), mark);
    for (const [id, html] of Object.entries(reply.stored)) {
      if (JSON.stringify(held.get(id)) !== JSON.stringify(batch.get(id))) continue; /* typed since: sent next */
      held.drop(id);
      const hadFocus = question(id)?.contains(document.activeElement);
      if (question(id)) question(id).outerHTML = html;
      if (hadFocus) focusOn(question(id));
    }
    for (const [id, text] of Object.entries(reply.errors)) if (question(id)) showError(question(id), text);
    let elsewhere = null;
    for (const [id, { html, page }] of Object.entries(reply.conflicts)) {
      const block = question(id);
      if (block) {
        block.querySelector("[data-conflict]")?.remove();
        block.insertAdjacentHTML("beforeend", html);
      } else {
        elsewhere = `${page}#question-${id}`;
      }
    }
    progress.textContent = `${reply.answered} réponse${reply.answered > 1 ? "s" : ""} sur ${reply.total}`;
    if (!Object.keys(reply.conflicts).length) say("saved", reply.at);
    else say("choose");
    if (elsewhere) {
      const link = document.createElement("a");
      link.href = elsewhere;
      link.textContent = "La revoir";
      state.append(link);
    }
    arrange();
  };

  const sendAll = async (keepalive) => {
    while (unconfirmed || queue.size) {
      if (!navigator.onLine) {
        say("offline");
        plan(AGAIN);
        return false;
      }
      if (!unconfirmed) {
        unconfirmed = new Map([...queue].filter((id) => held.get(id)).map((id) => [id, held.get(id)]));
        queue.clear();
      }
      let reply = null;
      try {
        reply = await post(unconfirmed, keepalive);
      } catch {
        say(navigator.onLine ? "failed" : "offline");
        plan(AGAIN);
        return false;
      }
      const batch = unconfirmed;
      unconfirmed = null;
      if (reply.closed) {
        isClosed = true;
        say("refused");
        return false;
      }
      digest(batch, reply);
    }
    return true;
  };

  const send = (keepalive = false) => {
    clearTimeout(timer);
    busy ??= sendAll(keepalive).finally(() => {
      busy = null;
    });
    return busy;
  };

  /* What the person does */

  form.addEventListener("input", (event) => {
    const block = event.target.closest("[data-question]");
    if (!block) return;
    hold(block);
    arrange();
    if (event.target.tagName === "TEXTAREA") plan(IDLE);
  });

  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-question]")) plan(0);
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    const block = button.closest("[data-question]");
    for (const input of inputs(block)) if (isTick(input)) input.checked = false;
    hold(block);
    arrange();
    plan(0);
    focusOn(block);
  });

  /* A page is left once all that was given on it is saved. */
  let isLeaving = false;
  form.addEventListener("submit", async (event) => {
    if (isLeaving) return;
    event.preventDefault();
    const button = event.submitter;
    if ((await send()) || isClosed) {
      isLeaving = true;
      setTimeout(() => form.requestSubmit(button)); /* not within this very event: browsers ignore it */
    }
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && queue.size && navigator.onLine) send(true);
  });
  window.addEventListener("online", () => send());
  window.addEventListener("offline", () => say("offline"));

  /* What was typed before this file was there, and what an earlier visit could not send */

  const isTyped = (input) =>
    input.type !== "hidden" &&
    (isTick(input) ? input.checked !== input.defaultChecked : input.value !== input.defaultValue);

  form.classList.add("watched");
  for (const block of form.querySelectorAll("[data-question]")) if (inputs(block).some(isTyped)) hold(block);
  for (const id of held.ids()) {
    if (question(id) && !queue.has(id)) restore(question(id), held.get(id));
    queue.add(id);
  }
  arrange();
  if (queue.size) send();
})();

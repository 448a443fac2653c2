/* EPI's one script. Pages work without it; with it each answer saves by itself and nothing typed is lost:
   what is typed is kept in this browser until the server has it, through lost connections and expired sign-ins. */
(() => {
  "use strict";

  const KEEP = "epi:typed:";
  const SENT = "epi:sent";
  const RETRY_AFTER = 5000;
  const user = document.body.dataset.user;
  const live = document.getElementById("live");
  const form = document.querySelector("form[data-autosave]");

  const words = JSON.parse(document.getElementById("words")?.textContent || "{}");
  const say = (text) => { if (live && live.textContent !== text) live.textContent = text; };

  // On a narrow screen the tabs are wider than the page: the current one comes into view ---------------------------------
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;
  }

  // What changed by itself is told once, not with each look at the server ------------------------------------------------
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.dataset?.announce) say(event.target.dataset.announce);
  });

  // CSRF: the token changes with each sign-in, in another tab too, so that the cookie's counts, not the page's ---------
  function freshToken() {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (token) for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
    return token;
  }
  document.addEventListener("submit", freshToken, true);
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = freshToken();
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.verb !== "get") event.detail.parameters.csrfmiddlewaretoken = token;
  });

  // A second click while the first is on its way would do it twice. What leads to a download stays on its page: it opens again.
  const OPENS_AGAIN_AFTER = 5000;
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (event.defaultPrevented || sent.method !== "post" || sent.matches("[hx-post]")) return;
    if (sent.dataset.sent) { event.preventDefault(); return; }
    sent.dataset.sent = "yes";
    setTimeout(() => { delete sent.dataset.sent; }, OPENS_AGAIN_AFTER);
  });
  window.addEventListener("pageshow", () => {
    for (const sent of document.querySelectorAll("form[data-sent]")) delete sent.dataset.sent;
  });

  // Answers to errors are pages to show, too -----------------------------------------------------------------------
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if ([401, 403, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = event.detail.xhr.status === 409 || event.detail.xhr.status === 422;
      event.detail.isError = false;
    }
  });

  // Asides stand alone: ticking "none" or "not applicable" unticks the rest, and the other way round ---------------------
  const asides = new Set(["na", "no_power", "unknown"]);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked || !box.closest(".choices")) return;
    const group = box.closest("fieldset, form").querySelectorAll(`input[name="${box.name}"]`);
    const isAlone = (one) => asides.has(one.value) || one.value === "none";
    for (const other of group) {
      if (other !== box && (isAlone(box) || isAlone(other))) other.checked = false;
    }
  }, true);

  // Keys on the expert's desk -----------------------------------------------------------------------------------------
  const desks = [...document.querySelectorAll("[data-desk]")];
  if (desks.length) {
    let current = Math.max(0, desks.findIndex((desk) => `#${desk.id}` === location.hash));
    const go = (step) => {
      current = Math.min(desks.length - 1, Math.max(0, current + step));
      desks[current].focus();
      desks[current].scrollIntoView({ block: "start" });
    };
    document.addEventListener("focusin", (event) => {
      const desk = event.target.closest("[data-desk]");
      if (desk) current = desks.indexOf(desk);
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
      if (event.key === "j") return go(1);
      if (event.key === "k") return go(-1);
      const control = desks[current].querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!control) return;
      event.preventDefault();
      if (control.tagName === "DETAILS") {
        control.open = true;
        control.querySelector("input:not([type=hidden]), textarea").focus();
      } else control.click();
    });
  }

  // A form that is typed into while people talk (data-kept): kept here until the server has it, then emptied by it ----------
  const keptKey = (kept) => `${KEEP}${user}:${location.pathname}:${kept.dataset.kept}`;
  const isTyped = (field) => field.name && !["csrfmiddlewaretoken", "typed_by"].includes(field.name) && field.type !== "submit";
  const keptSent = new Map();
  let keptRetrying;

  function keepForm(kept) {
    const typed = [...kept.elements].filter(isTyped).filter((field) => field.type !== "radio" || field.checked);
    try { localStorage.setItem(keptKey(kept), JSON.stringify(typed.map((field) => [field.name, field.value]))); } catch { /* full or forbidden */ }
  }

  function restoreForm(kept) {
    const stored = localStorage.getItem(keptKey(kept));
    if (!stored) return;
    for (const [name, value] of JSON.parse(stored)) {
      for (const field of kept.elements) {
        if (field.name !== name) continue;
        if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
    tellKept(kept, "waiting", words.restored);
  }

  // Typed on while the form was on its way: what is kept goes into the fresh form, as a text of its own.
  function restoreTypedOn(kept) {
    const stored = JSON.parse(localStorage.getItem(keptKey(kept)) || "null");
    if (!stored) return;
    const fresh = stored.map(([name, value]) => [name, name === "key" ? kept.elements.key.value : value]);
    localStorage.setItem(keptKey(kept), JSON.stringify(fresh));
    restoreForm(kept);
  }

  function tellKept(kept, kind, text, answer) {
    const state = kept.querySelector("[data-kept-state]");
    if (!state) return;
    state.className = `saved ${kind}`;
    state.textContent = text;
    const link = answer && new DOMParser().parseFromString(answer, "text/html").querySelector("a");
    if (link) state.append(" ", link);
    say(text);
  }

  const sendKept = () => document.querySelectorAll("form[data-kept][data-unsent]").forEach((kept) => htmx.trigger(kept, "submit"));

  document.addEventListener("input", (event) => {
    const kept = event.target.closest("form[data-kept]");
    if (kept) keepForm(kept);
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const kept = event.detail.elt;
    if (!kept.matches("form[data-kept]")) return;
    keptSent.set(kept, localStorage.getItem(keptKey(kept)));
    tellKept(kept, "waiting", words.saving);
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const kept = event.detail.requestConfig.elt;
    if (!kept.matches?.("form[data-kept]") || event.detail.xhr.status !== 200) return;
    if (localStorage.getItem(keptKey(kept)) === keptSent.get(kept)) localStorage.removeItem(keptKey(kept));
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const kept = event.detail.requestConfig?.elt;
    if (!kept?.matches?.("form[data-kept]")) return;
    const { status, responseText } = event.detail.xhr;
    kept.toggleAttribute("data-unsent", ![200, 403, 422].includes(status));
    if ([200, 422].includes(status)) return;
    if (status === 401) tellKept(kept, "failed", words.signedOut, responseText);
    else tellKept(kept, "failed", status === 403 ? words.refused : words.failed);
    clearTimeout(keptRetrying);
    if (status !== 403) keptRetrying = setTimeout(sendKept, RETRY_AFTER);
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const kept = event.target.querySelector?.("form[data-kept]");
    if (!kept) return;
    say(kept.querySelector("[data-kept-state]")?.textContent || "");
    (kept.querySelector(".error-summary") || kept.querySelector("textarea"))?.focus();
    if (!kept.querySelector(".error-summary")) restoreTypedOn(kept);
  });
  for (const name of ["online", "focus"]) window.addEventListener(name, sendKept);
  if (window.localStorage) document.querySelectorAll("form[data-kept]").forEach(restoreForm);

  // The rest is for the page of one indicator ----------------------------------------------------------------------------
  document.querySelector("form[action$='/logout/']")?.addEventListener("submit", forgetAll);
  forgetSent();
  if (!form || !window.localStorage) return;

  const sent = new Map(); // what was kept when the last save of a question began
  let retrying;
  const questions = [...form.querySelectorAll("[data-question][hx-post]")];
  const keyOf = (question) => `${KEEP}${user}:${location.pathname}:${question.dataset.question}`;
  const fieldsOf = (question) => {
    const code = question.dataset.question;
    return [...question.querySelectorAll(`[name="${code}-value"], [name="${code}-explanation"], [name="${code}-reply"]`)];
  };
  const versionOf = (question) => question.querySelector(`[name="${question.dataset.question}-version"]`);
  const stateOf = (question) => question.querySelector(".answer-state .saved");

  function show(question, kind, text) {
    let state = stateOf(question);
    if (!state) {
      state = document.createElement("span");
      question.querySelector(".answer-state")?.append(state);
    }
    state.className = `saved ${kind}`;
    state.textContent = text;
    if (kind === "failed") say(text);
  }

  function keep(question) {
    const typed = { version: versionOf(question).value, texts: {}, ticked: [], at: Date.now() };
    for (const field of fieldsOf(question)) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.checked) typed.ticked.push(field.value);
      } else typed.texts[field.name] = field.value;
    }
    try { localStorage.setItem(keyOf(question), JSON.stringify(typed)); } catch { /* full or forbidden: saving goes on */ }
  }

  const forget = (question) => localStorage.removeItem(keyOf(question));

  function forgetAll() {
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEEP)) localStorage.removeItem(key);
  }

  // What the Save button has sent is forgotten by the page that says that it is saved.
  function forgetSent() {
    const sentKeys = JSON.parse(sessionStorage.getItem(SENT) || "[]");
    if (!user) return; // the sign-in page in between
    sessionStorage.removeItem(SENT);
    if (document.querySelector(".message.success")) for (const key of sentKeys) localStorage.removeItem(key);
  }

  form.addEventListener("submit", () => {
    const kept = questions.map(keyOf).filter((key) => localStorage.getItem(key));
    sessionStorage.setItem(SENT, JSON.stringify(kept));
  });

  function restore(question) {
    const kept = localStorage.getItem(keyOf(question));
    if (!kept) return;
    const typed = JSON.parse(kept);
    let differs = false;
    for (const field of fieldsOf(question)) {
      if (field.type === "radio" || field.type === "checkbox") {
        const wanted = typed.ticked.includes(field.value);
        differs ||= field.checked !== wanted;
        field.checked = wanted;
      } else if (field.name in typed.texts) {
        differs ||= field.value !== typed.texts[field.name];
        field.value = typed.texts[field.name];
      }
    }
    if (!differs) return forget(question);
    versionOf(question).value = typed.version;
    show(question, "waiting", words.restored);
    save(question);
  }

  const save = (question) => htmx.trigger(question, "change");
  const saveKept = () => questions.filter((one) => localStorage.getItem(keyOf(one))).forEach(save);

  function saveLater() {
    clearTimeout(retrying);
    retrying = setTimeout(saveKept, RETRY_AFTER);
  }

  // The server's answer carries the way back: the sign-in page, which leads here again.
  function offerSignIn(question, answer) {
    const link = new DOMParser().parseFromString(answer, "text/html").querySelector("a");
    if (link) stateOf(question).append(" ", link);
  }

  function askedFor(question) {
    const source = form.querySelectorAll(`[name="${question.dataset.condition}-value"]:checked`);
    const wanted = question.dataset.anyOf.split("|");
    return [...source].some((box) => wanted.includes(box.value));
  }

  function showConditions() {
    for (const question of form.querySelectorAll("[data-condition]")) {
      if (!form.querySelector(`[name="${question.dataset.condition}-value"]`)) continue;
      question.classList.toggle("not-asked", !askedFor(question));
      const note = question.querySelector("[data-condition-note]");
      if (note) note.textContent = askedFor(question) ? note.dataset.asked : note.dataset.notAsked;
    }
  }

  form.addEventListener("input", (event) => {
    const question = event.target.closest("[data-question][hx-post]");
    if (!question) return;
    keep(question);
    show(question, "waiting", words.unsaved);
    showConditions();
  });

  // The evidence form inside a question is sent by its own button, not by the question.
  for (const name of ["change", "input"]) {
    form.addEventListener(name, (event) => {
      if (event.target.closest("[data-evidence-form]")) event.stopPropagation();
    }, true);
  }
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-evidence-form] input")) return;
    event.preventDefault(); // it would press the page's Save
    event.target.closest("[data-evidence-form]").querySelector("button[hx-post]").click();
  });

  // What is exchanged takes the focus with it: into the form that opens, to its error, back to the button that opens it.
  form.addEventListener("htmx:afterSettle", (event) => {
    const list = event.target.closest(".evidence-list");
    const opened = list?.querySelector("[data-evidence-form]");
    (opened?.querySelector(".error-summary, input:not([type=hidden])") || list?.querySelector("[name=add_evidence]"))?.focus();
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const question = event.detail.elt;
    if (!questions.includes(question)) return;
    if (question.querySelector("[data-conflict]")) return event.preventDefault(); // the person decides first
    sent.set(question, localStorage.getItem(keyOf(question)));
    show(question, "waiting", words.saving);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const question = event.detail.elt.closest("[data-question][hx-post]");
    if (!question) return;
    const { status, responseText } = event.detail.xhr;
    const isEvidence = question !== event.detail.elt;
    if (status === 200 && !isEvidence) {
      if (localStorage.getItem(keyOf(question)) === sent.get(question)) forget(question);
      else keep(question); // typed on meanwhile: now based on what was just saved
      say(question.querySelector(".answer-state .saved")?.textContent || "");
    }
    if ([200, 409, 422].includes(status)) return;
    if (status === 401) {
      show(question, "failed", isEvidence ? words.evidenceSignedOut : words.signedOut);
      offerSignIn(question, responseText);
    } else if (status === 403) show(question, "failed", words.refused);
    else show(question, "failed", isEvidence ? words.evidenceFailed : words.failed);
    if (status !== 403 && !isEvidence) saveLater();
  });

  for (const name of ["online", "focus"]) window.addEventListener(name, saveKept);

  form.addEventListener("click", (event) => {
    const over = event.target.closest("[data-over]");
    if (over) {
      event.preventDefault();
      const question = over.closest("[data-question]");
      versionOf(question).value = over.value;
      question.querySelector("[data-conflict]").removeAttribute("data-conflict");
      return save(question);
    }
    const discard = event.target.closest("[data-discard]");
    if (discard) {
      event.preventDefault();
      forget(discard.closest("[data-question]"));
      form.reset(); // some browsers would bring back what stands in the fields
      location.reload();
    }
  });

  // htmx listens to the questions from DOMContentLoaded on; what it does not hear is not saved.
  document.addEventListener("DOMContentLoaded", () => questions.forEach(restore));
  showConditions();
})();

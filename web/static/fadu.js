// Small conveniences. Every page works without this file.
(function () {
  "use strict";
  const empty = [...document.querySelectorAll("[data-focus-empty] :is(input[type=text], input[type=tel], textarea)")].find((field) => !field.value);
  const focus = document.querySelector("[data-focus]") || empty;
  if (focus) focus.focus();

  // Boards: the server sends each new picture. A lost connection is asked for again by the browser; one that was turned
  // away is asked for by opening the page again.
  for (const board of document.querySelectorAll("[data-events]")) {
    const source = new EventSource(board.dataset.events);
    source.onmessage = (event) => { board.innerHTML = event.data; };
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 15000); };
  }

  // Drafts: what is typed stays in this tab until it was done, so that an expired session, a fault or a step back
  // loses nothing. Never on the machine's disk for longer than the tab: other people use the same screen.
  const DRAFT = "fadu-draft:";
  const keep = (key, draft) => { try { sessionStorage.setItem(DRAFT + key, JSON.stringify(draft)); } catch (error) { /* no room: the form still works */ } };
  const drop = (key) => sessionStorage.removeItem(DRAFT + key);
  const kept = () => {
    const found = new Map();
    try {
      for (let i = 0; i < sessionStorage.length; i++) {
        const key = sessionStorage.key(i);
        if (key.startsWith(DRAFT)) found.set(key.slice(DRAFT.length), JSON.parse(sessionStorage.getItem(key)));
      }
    } catch (error) { /* storage is switched off: there are no drafts */ }
    return found;
  };
  const arrival = performance.getEntriesByType("navigation")[0];
  // Sent, and answered by a page that is no mistake, refusal, fault or sign-in: it was done.
  const undone = document.querySelector("[data-not-done], .error-summary") || (arrival && arrival.type !== "navigate");
  for (const [key, draft] of kept()) {
    if (!draft.sent) continue;
    if (undone) keep(key, { ...draft, sent: false });
    else drop(key);
  }
  const drafts = kept();
  const typed = (form) => [...new FormData(form)].filter(([name, value]) => {
    const control = form.elements.namedItem(name);
    return typeof value === "string" && !["hidden", "password", "file"].includes(control && control.type);
  });
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = form.dataset.draft + " " + form.getAttribute("action");
    const status = form.querySelector("[data-draft-status]");
    const say = (text) => { if (status) { status.textContent = text; status.hidden = false; } };
    const draft = drafts.get(key);
    // After a mistake the server has filled the form in already.
    if (draft && !document.querySelector(".error-summary")) {
      for (const [name, value] of draft.fields) {
        for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (control.type === "checkbox" || control.type === "radio") control.checked = control.checked || control.value === value;
          else if (!control.value) control.value = value;
        }
      }
      for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      say("上次没有提交的内容已经填回；文件要重新选择。");
    }
    form.addEventListener("input", () => {
      keep(key, { sent: false, fields: typed(form) });
      say("填写的内容暂存在这个页面窗口里，提交或者关闭窗口后删除。");
    });
    form.addEventListener("submit", () => keep(key, { sent: true, fields: typed(form) }));
  }
  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", () => [...kept().keys()].forEach(drop));
  }

  // Ctrl+Enter, also from within a long text: the step that comes next.
  const next = document.querySelector("[data-next]");
  if (next) document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && !event.isComposing) { event.preventDefault(); next.form.requestSubmit(next); }
  });

  // The seat: while a text is typed, what is known of it is asked for by the same button that a reader without a script
  // presses, and only the column beside the form changes.
  for (const form of document.querySelectorAll("form[data-look]")) {
    const aside = form.querySelector("aside");
    let waiting = 0, asked = 0;
    const look = async () => {
      const own = ++asked, body = new URLSearchParams(new FormData(form));
      body.set("do", "look");
      const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
      if (!answer || answer.redirected || own !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-look] aside");
      if (fresh && own === asked) aside.innerHTML = fresh.innerHTML;
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 600); });
  }

  // The desk: single keys, which the reader can turn off (WCAG 2.1.4).
  const help = document.getElementById("help");
  if (!help) return;
  const opener = document.querySelector("[data-help-open]");
  const toggle = help.querySelector("[data-help-keys]");
  const remembered = () => { try { return localStorage.getItem("fadu-keys") !== "off"; } catch (error) { return true; } };
  toggle.checked = remembered();
  toggle.addEventListener("change", () => { try { localStorage.setItem("fadu-keys", toggle.checked ? "on" : "off"); } catch (error) { /* kept for this page only */ } });
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || help.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const rows = [...document.querySelectorAll("[data-rows] .row-link")];
    const at = rows.indexOf(document.activeElement);
    const own = document.querySelector(`[data-act-keys] [data-act-key="${CSS.escape(event.key)}"]`);
    const act = own && document.getElementById(own.dataset.act);
    if (act) {
      act.open = true;
      const field = act.querySelector("form input:not([type=hidden]), form select, form textarea");
      if (field) field.focus(); else act.querySelector("form").requestSubmit();
    }
    else if (event.key === "?") { help.showModal(); }
    else if (event.key === "/") { const box = document.querySelector("[data-search]"); if (!box) return; box.focus(); }
    else if (event.key === "j" && rows.length) { rows[Math.min(at + 1, rows.length - 1)].focus(); }
    else if (event.key === "k" && rows.length) { rows[Math.max(at - 1, 0)].focus(); }
    else return;
    event.preventDefault();
  });
})();

// Small conveniences. Every page works without this file.
(function () {
  "use strict";
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();

  // Drafts: what is typed is kept on the server a moment after the typing stops. Files and passwords are never sent.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const status = form.querySelector("[data-draft-status]");
    let timer = 0;
    const save = async () => {
      const data = new URLSearchParams();
      data.set("draft", form.dataset.draft);
      for (const [name, value] of new FormData(form)) {
        if (name === "draft") continue;
        const control = form.elements.namedItem(name);
        if (typeof value === "string" && !(control && control.type === "password")) data.append(name, value);
      }
      try {
        const reply = await fetch("/draft", { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!reply.ok) throw new Error(String(reply.status));
        const saved = await reply.json();
        if (status) status.textContent = "草稿已保存 " + (saved.saved_at || "");
      } catch (error) {
        if (status) status.textContent = "草稿未能自动保存，请用“保存草稿”按钮";
      }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1500); });
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
    if (event.key === "?") { help.showModal(); }
    else if (event.key === "/") { const box = document.querySelector("[data-search]"); if (!box) return; box.focus(); }
    else if (event.key === "j" && rows.length) { rows[Math.min(at + 1, rows.length - 1)].focus(); }
    else if (event.key === "k" && rows.length) { rows[Math.max(at - 1, 0)].focus(); }
    else return;
    event.preventDefault();
  });
})();

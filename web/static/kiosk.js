// 自助机离线取号。 While the server cannot be reached the kiosk goes on by itself from its own block of numbers, keeps what it
// gave out, and sends it as soon as it can. It never leaves its page: a page that could not be loaded would end it.
"use strict";
(() => {
  const form = document.querySelector("form[data-offline]");
  if (!form) return;
  const main = document.querySelector("main");
  const own = [...main.childNodes];
  const told = document.querySelector("[data-waiting]");
  const { offline: key, send, rests } = form.dataset;
  const first = Number(form.dataset.first);
  const last = Number(form.dataset.last);
  // The civil day in Asia/Shanghai.
  const today = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || [];
    } catch {
      return [];
    }
  };
  const keep = (numbers) => localStorage.setItem(key, JSON.stringify(numbers));

  // The page of an answer; nothing where nobody answered or the server is in trouble.
  const ask = async (address, more = {}) => {
    try {
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(4000), ...more });
      if (answer.status >= 500) return null;
      return { status: answer.status, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
    } catch {
      return null;
    }
  };

  const tell = () => {
    const waiting = kept().filter((number) => !number.sent).length;
    told.hidden = waiting === 0;
    told.textContent = `离线发出的 ${waiting} 个号等待入账；恢复联系后自动送出，仍不减少的请工作人员在本机登录。`;
  };

  const deliver = async () => {
    const waiting = kept().filter((number) => !number.sent);
    if (waiting.length > 0) {
      const numbers = waiting.map((number) => `${number.number} ${number.ms}`).join("\n");
      const body = new URLSearchParams({ csrf: form.elements.csrf?.value || "", numbers });
      const answer = await ask(send, { method: "POST", body, redirect: "manual" });
      if (answer && answer.status === 200) {
        const sent = new Set(waiting.map((number) => number.day + number.number));
        const all = kept().map((number) => (sent.has(number.day + number.number) ? { ...number, sent: true } : number));
        // Those of today say where the block stands; the others have done their work.
        keep(all.filter((number) => !number.sent || number.day === today()));
      } else {
        // Somebody may have signed in meanwhile: the next attempt bears their session's mark.
        await refresh();
      }
    }
    tell();
  };

  // What the server knows now: how many wait, the next numbers, the mark of this session.
  const refresh = async () => {
    const answer = await ask(location.href);
    if (!answer || answer.status !== 200) return;
    const there = answer.page.querySelector("form[data-offline]");
    if (!there) return;
    form.dataset.day = there.dataset.day;
    for (const button of form.querySelectorAll("button[name=zone]")) {
      const same = there.querySelector(`button[name=zone][value="${button.value}"]`);
      if (!same) continue;
      button.replaceChildren(...same.childNodes);
      button.dataset.next = same.dataset.next;
    }
    const mark = there.elements.csrf;
    if (mark && form.elements.csrf) form.elements.csrf.value = mark.value;
  };

  const show = (nodes) => {
    main.replaceChildren(...nodes);
    setTimeout(async () => {
      main.replaceChildren(...own);
      await refresh();
      await deliver();
    }, Number(rests) * 1000);
  };

  const alone = (button) => {
    const day = today();
    const given = kept().filter((number) => number.zone === button.value && number.day === day);
    const known = form.dataset.day === day ? Number(button.dataset.next) : first;
    const serial = Math.max(known, ...given.map((number) => number.serial + 1));
    const heading = document.createElement("h1");
    const text = document.createElement("p");
    if (serial > last) {
      heading.textContent = "请到导办台取号";
      text.textContent = "与大厅系统暂时联系不上，本机的号也用完了。";
      return show([heading, text]);
    }
    const number = button.value + String(serial).padStart(4, "0");
    keep([...kept(), { zone: button.value, serial, number, day, ms: Date.now() }]);
    heading.textContent = "您的号";
    const shown = document.createElement("p");
    shown.className = "panel-number ticket-number";
    shown.textContent = number;
    text.textContent = "与大厅系统暂时联系不上，这个号有效，请记下，在大厅等候叫号。";
    return show([heading, shown, text]);
  };

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    if (form.elements.idem) form.elements.idem.value = fresh();
    const body = new URLSearchParams(new FormData(form));
    body.set("zone", button.value);
    const answer = await ask(form.action, { method: "POST", body });
    if (!answer) return alone(button);
    const page = [...answer.page.querySelector("main").childNodes];
    // Its forms would lead away from here.
    answer.page.querySelectorAll("main .buttons").forEach((buttons) => buttons.remove());
    return show(page.filter((node) => node.isConnected));
  });

  deliver();
  setInterval(deliver, 30000);
})();

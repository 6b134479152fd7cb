// One window and one thing: those who stand on either side of the counter.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";
import { APPLICANT, complete, fill, look, says, submitted } from "./hands.mjs";

let county;
before(async () => { county = await openCounty(); }, { timeout: 120000 });
after(async () => { await county?.close(); });

test("a citizen on a phone opens a restaurant through one thing", async () => {
  const page = await county.visit({ phone: true });
  await look(page, "/themes", "restaurant-themes");
  await page.click("main a:has-text('开办餐饮店')");
  await inspect(page, "restaurant-guide");
  await page.click(".do-box a.button");
  // The first question is about the shop; the answer says which permits it needs.
  await inspect(page, "restaurant-situation");
  await page.click("main form button[type=submit]");
  await page.waitForLoadState();
  assert.match(await page.textContent("main .error-summary"), /改正/, "a situation without an answer is asked again");
  await page.locator("main form input[type=radio]").first().check();
  await page.click("main form button[type=submit]");
  await page.waitForLoadState();
  assert.match(await page.textContent("main"), /一张表、一套材料/);
  await page.click("main form button[type=submit]");
  await page.waitForLoadState();
  await inspect(page, "restaurant-mistake");
  await fill(page, { ...APPLICANT, applicant_number: complete("42999719900101011") });
  for (const file of await page.$$("main form input[type=file]")) {
    await file.setInputFiles({ name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 sample") });
  }
  await inspect(page, "restaurant-form");
  await page.click("main form button[type=submit]");
  await submitted(page);
  await inspect(page, "restaurant-submitted");
  await page.click("main a.button-plain");
  await page.waitForURL(/\/joint\//);
  const children = page.locator("main ol.rows > li");
  await page.waitForFunction(() => document.querySelectorAll("main ol.rows > li").length === 2);
  for (const text of await children.allTextContents()) assert.match(text, /区行政审批局|区消防大队/, "each permit says who has it now");
  await inspect(page, "restaurant-progress");
});

test("a clerk takes a restaurant through one thing with the keyboard alone", async () => {
  const page = await county.visit({ person: "clerk" });
  await page.goto(`${county.base}/desk/new-case`);
  const keys = page.keyboard;
  /** Walks on with Tab until the wanted element has the focus. */
  const walk = async (wanted) => {
    for (let i = 0; i < 200; i++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, wanted)) return;
      await keys.press("Tab");
    }
    assert.fail(`${wanted} cannot be reached with Tab`);
  };
  await walk("input[name=q]");
  await keys.type("开办餐饮店");
  await Promise.all([page.waitForURL(/q=/), keys.press("Enter")]);
  await walk("a.row-link");
  await Promise.all([page.waitForURL(/new-case\/themes\/[0-9A-Z]+/), keys.press("Enter")]);
  await inspect(page, "keyboard-situation");
  await walk("main form input[type=radio]");
  await keys.press("Space");
  await walk("main form button[type=submit]");
  await Promise.all([page.waitForURL(/q_area=yes/), keys.press("Enter")]);
  await says(page, /区消防大队/);
  await inspect(page, "keyboard-form");
  const answers = { ...APPLICANT, applicant_number: complete("42999719900101012") };
  // Everything that is asked comes in the order in which it is read; a scanner types into the field that has the focus.
  const fields = await page.$$eval("main form[method=post] :is(input, select, textarea):not([type=hidden], [type=file])", (all) =>
    all.map((field, i) => {
      field.dataset.step = String(i);
      return { step: i, id: field.id, name: field.name, type: field.type, tag: field.tagName, number: field.inputMode === "decimal" };
    }));
  const ticked = new Set();
  for (const field of fields) {
    // She came herself, and nothing of the form is left out.
    if (field.id.startsWith("agent_") || field.name === "incomplete") continue;
    if (field.type === "radio") {
      const name = await page.getAttribute(`[data-step="${field.step}"]`, "name");
      if (ticked.has(name)) continue;
      ticked.add(name);
    }
    await walk(`[data-step="${field.step}"]`);
    if (field.type === "checkbox" || field.type === "radio") await keys.press("Space");
    else if (field.tag === "SELECT") await keys.press("ArrowDown");
    // The browser under test writes month, day and year in this order, whatever the page's language.
    else if (field.type === "date") await keys.type("12012025");
    else await keys.type(answers[field.id] ?? (field.number ? "120.5" : "模拟填写"));
  }
  await walk("main form[method=post] button[type=submit]");
  await keys.press("Enter");
  await page.waitForURL(/\/joint\/.*\/submitted$/);
  await says(page, /材料已经齐全/);
  await inspect(page, "keyboard-receipt");
});

test("a department officer stops a clock lawfully, and is refused where the law names no ground", async () => {
  const clerk = await county.visit({ person: "clerk" });
  const officer = await county.visit({ person: "officer" });
  const receive = async (item, number) => {
    await clerk.goto(`${county.base}/desk/new-case?q=${encodeURIComponent(item)}`);
    await clerk.click("main a.row-link");
    await fill(clerk, { ...APPLICANT, applicant_number: complete(number) });
    for (const box of await clerk.$$("main form input[name=materials]")) await box.check();
    await clerk.click("main form[method=post] button[type=submit]");
    await submitted(clerk);
    return clerk.url().split("/").at(-2);
  };
  const act = async (matter, name, answers = {}) => {
    await officer.goto(`${county.base}/desk/cases/${matter}`);
    await officer.evaluate((name) => document.querySelector(`#act-${name}`)?.setAttribute("open", ""), name);
    const form = officer.locator(`form[action$="/acts/${name}"]`);
    for (const [field, value] of Object.entries(answers)) {
      const box = form.locator(`[name="${field}"]`).first();
      if (await box.evaluate((node) => node.tagName === "SELECT")) await box.selectOption(value);
      else if (await box.evaluate((node) => node.type === "radio")) await form.locator(`[name="${field}"][value="${value}"]`).check();
      else await box.fill(value);
    }
    await form.locator("button[type=submit]").first().click();
    await officer.waitForLoadState();
  };
  // Published with a hearing: the days of one do not count (行政许可法 45).
  const lawful = await receive("乡村建设规划许可证核发", "42999719900101013");
  await act(lawful, "Accept");
  await act(lawful, "Stop", { kind: "hearing", days: "10" });
  assert.match(await officer.textContent("main"), /听证/);
  assert.match(await officer.textContent("main"), /特别程序|不计入|中止/);
  await inspect(officer, "officer-stopped");

  const unlawful = await receive("临时用地审批", "42999719900101014");
  await act(unlawful, "Accept");
  await act(unlawful, "Stop", { kind: "appraisal", days: "10" });
  const refusal = await officer.textContent("main");
  assert.match(refusal, /LIC-19/);
  assert.match(refusal, /《行政许可法》第四十五条/, "the refusal names its article");
  await inspect(officer, "officer-refused");
});

test("a manager reads the load board, and it goes on by itself", async () => {
  const page = await county.visit({ person: "manager" });
  await look(page, "/desk/board", "manager-load");
  assert.match(await page.textContent("main"), /等候/);
  const screen = await county.visit();
  await screen.goto(county.base + (await page.locator("main a[href^='/boards/']").first().getAttribute("href")));
  await inspect(screen, "hall-screen");
});

test("an elder takes a ticket in large print and sees who is ahead", async () => {
  const page = await county.visit({ phone: true });
  await page.goto(`${county.base}/hall?large=1`);
  await inspect(page, "elder-halls");
  const large = async () => {
    const size = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    assert.ok(size >= 20, `large print is ${size}px on ${page.url()}`);
  };
  await large();
  await page.click("main a.button");
  await large();
  await inspect(page, "elder-take");
  await page.locator("main form input[type=radio]").first().check().catch(() => {});
  await page.click("main form button[type=submit]");
  await page.waitForURL(/\/tickets\//);
  const text = await page.textContent("main");
  await large();
  assert.match(text, /您的号/);
  assert.match(text, /\d+ 人/);
  await inspect(page, "elder-ticket");
});

test("who could not get it done says so from a phone, and sends an answer up that is no help", async () => {
  const page = await county.visit({ phone: true });
  await look(page, "/hall", "stuck-halls");
  await page.click("main a:has-text('办不成事')");
  await inspect(page, "stuck-form");
  await page.click("main form button[type=submit]");
  await says(page, /请填写什么事没有办成/, ".error-summary");
  await inspect(page, "stuck-mistake");
  await page.locator("input[name=hall]").first().check();
  await page.fill("#subject", "变更登记跑了三次（模拟）");
  await page.locator("input[name=why]").nth(1).check();
  await page.click("main form button[type=submit]");
  await page.waitForURL(/\/stuck\/[0-9A-Z]+\//);
  await says(page, /等交办/);
  await inspect(page, "stuck-told");
  const mine = new URL(page.url()).pathname;
  const desk = `/desk/calls${mine.slice(0, mine.lastIndexOf("/"))}`;
  const clerk = await county.visit({ person: "clerk" });
  await look(clerk, desk, "stuck-clerk");
  const officer = await county.visit({ person: "officer" });
  const department = (await officer.textContent("header .who, header"))?.match(/演示经办人\s*(\S+)/)?.[1];
  const assign = clerk.locator("form[action$='/acts/Assign']");
  await assign.locator("select, input:not([type=hidden])").first().waitFor();
  await assign.locator("select[name=department]").selectOption({ label: department });
  await assign.locator("button[type=submit]").click();
  await says(clerk, /等答复/);
  await look(officer, desk, "stuck-officer");
  const answer = officer.locator("form[action$='/acts/Answer']");
  await answer.locator("input[name=done][value=no]").check();
  await answer.locator("[name=reason]").fill("缺少场所使用证明（模拟）");
  await answer.locator("[name=way]").fill("签一份承诺书代替（模拟）");
  await answer.locator("button[type=submit]").click();
  await says(officer, /已答复/);
  await page.reload();
  await says(page, /签一份承诺书代替/);
  await inspect(page, "stuck-answered");
  const up = page.locator("form[action$='/acts/Escalate']");
  if (!(await up.locator("[name=reason]").isVisible())) await page.click("#act-Escalate summary");
  await up.locator("[name=reason]").fill("承诺书窗口也不收（模拟）");
  await up.locator("button[type=submit]").click();
  await says(page, /部门负责人/);
  await inspect(page, "stuck-sent-up");
});

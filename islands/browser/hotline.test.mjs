// 12345 in a real browser: a seat by keyboard alone, a unit that would like to be rid of an order, a citizen's phone, and a
// sealed lead.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";

let county;
before(async () => { county = await openCounty(); }, { timeout: 300000 });
after(async () => { await county?.close(); });

async function look(page, path, name, status = 200) {
  const answer = await page.goto(county.base + path);
  assert.equal(answer.status(), status, path);
  if (status === 200) await inspect(page, name);
}

/** Sends the form of one act, with its answers; gives the status of the page that came. */
async function act(page, name, answers = {}, file = null) {
  const form = page.locator(`form[action$="/acts/${name}"]`);
  await page.evaluate((action) => {
    document.querySelector(`form[action$="/acts/${action}"]`)?.closest("details")?.setAttribute("open", "");
  }, name);
  for (const [field, value] of Object.entries(answers)) {
    const choice = form.locator(`input[type=radio][name="${field}"][value="${value}"]`);
    if (await choice.count()) await choice.check();
    else if (await form.locator(`select[name="${field}"]`).count()) await form.locator(`select[name="${field}"]`).selectOption(value);
    else await form.locator(`[name="${field}"]`).first().fill(value);
  }
  if (file) await form.locator("input[type=file]").setInputFiles({ name: "photo.pdf", mimeType: "application/pdf", buffer: Buffer.from(file) });
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303),
    form.locator("button[type=submit]").first().click(),
  ]);
  await page.waitForLoadState();
  return answer.status();
}

/** Somebody calls: the simulated exchange rings. */
async function ring() {
  const exchange = await county.visit({ person: "agent" });
  await exchange.goto(`${county.base}/desk/hotline/new`);
  await exchange.click("form[action='/desk/hotline/calls'] button");
  await exchange.waitForLoadState();
  await exchange.context().close();
}

/** Presses real keys and counts them. Chinese is counted by the keys of its pinyin and of choosing the words. */
function keyboard(page) {
  return {
    n: 0,
    async press(keys) {
      this.n += keys.split("+").length;
      await page.keyboard.press(keys);
    },
    async write(text, pinyin) {
      this.n += pinyin.length;
      await page.keyboard.insertText(text);
    },
  };
}

let dispatched;

test("an agent takes a call and dispatches it in under 60 keystrokes", async () => {
  const page = await county.visit({ person: "agent" });
  await ring();
  await look(page, "/desk/hotline/new", "seat-ringing");
  const keys = keyboard(page);
  const goes = (where) => page.waitForURL(where, { timeout: 15000 });
  // 接听 has the focus; then the form has number and line of the call.
  await Promise.all([goes(/call=/), keys.press("Enter")]);
  assert.match(await page.inputValue("#caller_phone"), /^199\d{8}$/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "caller_name", "the first empty field has the focus");
  await keys.press("Tab");
  await keys.write("建设路的路灯坏了，没人修", "jianshelu de ludeng huaile , meiren xiu ");
  await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), keys.press("Control+Enter")]);
  await page.waitForLoadState();
  assert.equal(await page.inputValue("#category"), "0106", "proposed by its words");
  await inspect(page, "seat-looked");
  await Promise.all([goes(/\/desk\/orders\//), keys.press("Control+Enter")]);
  assert.ok(keys.n < 60, `${keys.n} keystrokes`);
  console.log(`dispatched with ${keys.n} keystrokes`);
  dispatched = new URL(page.url()).pathname;
  assert.match(await page.textContent("main"), /已派单，待签收/);
  await inspect(page, "seat-dispatched");
});

test("a unit asks to return an order without a ground and is refused with the rule", async () => {
  const page = await county.visit({ person: "unit" });
  await look(page, dispatched, "unit-order");
  assert.doesNotMatch(await page.textContent("main"), /199\d{8}/, "the caller is masked");
  assert.equal(await act(page, "Sign"), 200);
  const status = await act(page, "Return", { ground: "not_our_power", basis: "", explanation: "不归我们管" });
  assert.equal(status, 409);
  assert.match(await page.textContent("main"), /HOT-07A/);
  assert.match(await page.textContent("main"), /没有写明退单的法定依据/);
  page.faults = page.faults.filter((fault) => !fault.includes("409"));
  await inspect(page, "unit-refused");
  await look(page, dispatched, "unit-after-refusal");
  assert.match(await page.textContent("main"), /被拒绝执行的操作/);
});

test("a citizen writes, follows and rates from a phone", async () => {
  const phone = await county.visit({ phone: true });
  await look(phone, "/12345", "phone-write");
  await phone.locator("input[name=kind][value=help]").check();
  await phone.fill("#text", "实验小学门口的路灯坏了一周，晚上看不见路 😀");
  await phone.selectOption("#category", "0106");
  await phone.fill("#caller_phone", "19900000007");
  await phone.click("main form[action='/12345'] button[type=submit]");
  await phone.waitForURL(/\/12345\/[0-9A-Z]{13}\/[0-9A-Z]{12}$/);
  const follow = new URL(phone.url()).pathname;
  await inspect(phone, "phone-follow");
  assert.match(await phone.textContent("main"), /已受理，待派单/);
  const order = `/desk/orders/${follow.split("/")[2]}`;

  const [agent, unit, manager] = [await county.visit({ person: "agent" }), await county.visit({ person: "unit" }), await county.visit({ person: "manager" })];
  await agent.goto(county.base + order);
  assert.equal(await act(agent, "Dispatch"), 200);
  await unit.goto(county.base + order);
  await act(unit, "Sign");
  assert.equal(await act(unit, "Reply", { result: "solved", text: "路灯已经修好" }, "%PDF-1.7 photo"), 200);
  await phone.goto(county.base + follow);
  assert.match(await phone.textContent("main"), /路灯已经修好/);
  await agent.goto(county.base + order);
  await act(agent, "CallBack", { contact: "answered", solved: "yes", satisfied: "yes" });
  await manager.goto(county.base + order);
  await act(manager, "Close");

  await phone.goto(county.base + follow);
  await inspect(phone, "phone-rate");
  assert.equal(await act(phone, "Evaluate", { grade: "5", text: "谢谢" }), 200);
  assert.match(await phone.textContent("main"), /5星/);
  await inspect(phone, "phone-rated");
  const forged = follow.replace(/.{12}$/, "AAAAAAAAAAAA");
  assert.equal((await phone.request.get(county.base + forged)).status(), 404, "a forged code opens nothing");
});

test("an inspector opens a sealed lead, nobody else can", async () => {
  const words = "某工程开标前有人向评标专家打招呼";
  const manager = await county.visit({ person: "manager" });
  await look(manager, "/desk/leads/new", "lead-new");
  const answers = { lead_text: words, lead_accused: "模拟某甲", to: "县纪委监委（模拟）", receiver: "inspector", release_by: "manager2" };
  for (const [field, value] of Object.entries(answers)) await manager.fill(`#${field}`, value);
  await manager.click("main form[action='/desk/leads/new'] button[type=submit]");
  await manager.waitForURL(/\/desk\/leads\/[0-9A-Z]{13}$/);
  const lead = new URL(manager.url()).pathname;
  assert.doesNotMatch(await manager.textContent("main"), new RegExp(words));
  await inspect(manager, "lead-proposed");

  const inspector = await county.visit({ person: "inspector" });
  assert.equal((await inspector.goto(county.base + lead)).status(), 404, "not released yet");
  const second = await county.visit({ person: "manager2" });
  await look(second, lead, "lead-to-release");
  await act(second, "Release");
  assert.match(await second.textContent("main"), /已移送，待接收/);

  inspector.faults = [];
  await look(inspector, "/desk/leads", "leads");
  await look(inspector, lead, "lead-to-receive");
  await act(inspector, "Receive", { receipt: "纪收〔2025〕7号" });
  assert.match(await inspector.textContent("main"), new RegExp(words));
  await inspect(inspector, "lead-open");

  for (const person of ["inspector2", "officer", "unit", "agent", "government", "operator", "clerk"]) {
    const page = await county.visit({ person });
    const answer = await page.goto(county.base + lead);
    assert.ok([403, 404].includes(answer.status()), `${person}: ${answer.status()}`);
    assert.doesNotMatch(await page.content(), new RegExp(words), person);
    await page.context().close();
  }
  for (const page of [manager, second]) {
    await page.goto(county.base + lead);
    assert.doesNotMatch(await page.content(), new RegExp(words));
  }
});

// A committee of five at their own pages: declared, scored with reasons, sealed until the last of them has signed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";
import { says } from "./hands.mjs";

const TENDER = "模拟中学体育馆";

let county;
before(async () => { county = await openCounty(); }, { timeout: 180000 });
after(async () => { await county?.close(); });

async function send(page, action) {
  await page.locator(`main form[action$='/${action}'] button[type=submit]`).first().click();
  await page.waitForLoadState();
}

/** The n-th member, at the tender that they evaluate. */
async function sit(n) {
  const page = await county.visit({ phone: n === 1 });
  await page.goto(`${county.base}/sign-in`);
  await page.click(`main button:text-is("以演示评标成员${n}进入")`);
  await page.waitForLoadState();
  await page.goto(`${county.base}/trading/evaluations`);
  if (n === 1) await inspect(page, "evaluation-list");
  await page.click(`main a:text-is("${TENDER}")`);
  await page.waitForLoadState();
  return page;
}

async function score(page, n) {
  const forms = page.locator("main form[action$='/score']");
  const count = await forms.count();
  assert.equal(count, 3, "one form for each bid");
  for (let i = 0; i < count; i++) {
    const form = forms.nth(i);
    await form.locator("[name=points-0]").fill(String(55 - i));
    await form.locator("[name=reason-0]").fill(`第${n}人看报价`);
    await form.locator("[name=points-1]").fill("30.5");
    await form.locator("[name=reason-1]").fill(`第${n}人看技术`);
    await form.locator("button[type=submit]").click();
    await page.waitForLoadState();
    await page.locator("main").filter({ hasText: "封存" }).waitFor();
  }
}

test("five members score, and see each other once all have signed", { timeout: 240000 }, async () => {
  const first = await sit(1);
  const address = first.url();
  await inspect(first, "evaluation-declare");
  await send(first, "declare");
  assert.match(await first.textContent("main .error-summary"), /应当回避/);
  await inspect(first, "evaluation-undeclared");
  await first.check("main input[name=bars][value=none]");
  await send(first, "declare");
  await inspect(first, "evaluation-score");

  // A score without its reason comes back with what was typed.
  const form = first.locator("main form[action$='/score']").first();
  await form.locator("[name=points-0]").fill("61");
  await form.locator("button[type=submit]").click();
  await first.waitForLoadState();
  assert.match(await first.textContent("main .error-summary"), /满分60\.00/);
  assert.equal(await first.locator("main [name=points-0]").first().inputValue(), "61");
  await inspect(first, "evaluation-wrong");
  await first.goto(address);

  await score(first, 1);
  await send(first, "sign");
  assert.match(await first.textContent("main"), /5 名成员中 1 名已经签署/);
  await inspect(first, "evaluation-signed");

  for (let n = 2; n <= 5; n++) {
    const page = await sit(n);
    assert.ok(!(await page.textContent("main")).includes("第1人看"), "nobody reads another's scores");
    await page.check("main input[name=bars][value=none]");
    await send(page, "declare");
    await score(page, n);
    await send(page, "sign");
    await first.goto(address);
    if (n < 5) assert.ok(!(await first.textContent("main")).includes(`第${n}人看`), "not before all have signed");
    await page.context().close();
  }
  // The relay opens the sheets a moment after the last signature.
  for (let i = 0; i < 20 && !(await first.textContent("main")).includes("全体成员的评分"); i++) {
    await first.waitForTimeout(500);
    await first.goto(address);
  }
  await says(first, "第5人看技术");
  await inspect(first, "evaluation-opened");

  const public_ = await county.visit();
  await public_.goto(`${county.base}/trading`);
  await public_.click(`main a:text-is("${TENDER}")`);
  assert.ok(!(await public_.textContent("main")).includes("人看报价"), "how they judged stays theirs");
  await public_.goto(address);
  assert.match(public_.url(), /\/sign-in/, "nobody without a seat");
});

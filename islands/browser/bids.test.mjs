// A tender's bids: sealed in the browser and with the command, handed in with and without script, opened by two holders.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";
import { completeFirm } from "./hands.mjs";

const PRICE = "9,876,543.21";
const FIRMS = [
  ["甲封标公司（模拟）", "91350100M000100Y43", PRICE],
  ["乙封标公司（模拟）", completeFirm("91420222MA000AA10"), "9,900,000.00"],
  ["丙封标公司（模拟）", completeFirm("91420222MA000AA20"), "9,950,000.00"],
];

let county, desk;
before(async () => { county = await openCounty(); desk = mkdtempSync(join(tmpdir(), "fadu-bidder-")); }, { timeout: 180000 });
after(async () => { await county?.close(); rmSync(desk, { recursive: true, force: true }); });

const at = (name) => join(desk, name);
const fadu = (...args) => JSON.parse(execFileSync(county.program, [...args, "--json"], { encoding: "utf8" }));
const fact = (page, label) => page.locator(`dl.facts div:has(dt:text-is("${label}")) dd`).first().innerText();

async function send(page) {
  await page.locator("main form button[type=submit]").last().click();
  await page.waitForLoadState();
}

/** Fills the form of a bid that is sealed already; without script as well. */
async function handIn(page, deed, project, nonce, secret, bid, file) {
  await page.goto(`${county.base}/trading/submit`);
  await page.check(`input[name=deed][value=${deed}]`);
  await page.fill("#project", project);
  await page.fill("#nonce", nonce);
  if (secret) await page.fill("#secret", secret);
  if (bid) await page.fill("#bid", bid);
  if (file) await page.setInputFiles("#ciphertext", file);
  await send(page);
}

test("bids are sealed, handed in, found and opened", { timeout: 240000 }, async () => {
  const bidder = await county.visit({ phone: true });
  await bidder.goto(`${county.base}/trading?step=announced`);
  await bidder.click("main a:text('模拟中心小学操场')");
  await inspect(bidder, "bids-tender");
  const project = bidder.url().split("/").at(-1);
  const deadline = await fact(bidder, "投标截止并开标");
  const keys = await bidder.request.get(`${county.base}/trading/projects/${project}/keys`);
  writeFileSync(at("keys.json"), await keys.body());
  writeFileSync(at("plan.pdf"), Buffer.alloc(3_000_001, "施工组织设计"));

  // In the browser: what is typed never leaves the page.
  await bidder.goto(`${county.base}/trading/submit`);
  await inspect(bidder, "bids-form");
  await bidder.setInputFiles("#seal-keys", at("keys.json"));
  await bidder.click("[data-seal-go]");
  await bidder.locator("[data-seal-status]:has-text('请填写投标人名称')").waitFor();
  await bidder.fill("#seal-bidder", FIRMS[0][0]);
  await bidder.fill("#seal-code", FIRMS[0][1]);
  await bidder.fill("#seal-price", PRICE);
  await bidder.setInputFiles("#seal-file", at("plan.pdf"));
  await bidder.click("[data-seal-go]");
  await bidder.waitForSelector("[data-seal-kept]:visible");
  await inspect(bidder, "bids-sealed");
  const saved = async (link) => {
    const [file] = await Promise.all([bidder.waitForEvent("download"), bidder.click(link)]);
    return readFileSync(await file.path());
  };
  writeFileSync(at("bid0"), await saved("[data-seal-envelope]"));
  writeFileSync(at("bid0.key"), await saved("[data-seal-kept]"));
  const sent = [];
  bidder.on("request", (request) => request.method() === "POST" && sent.push(request.postDataBuffer() ?? Buffer.alloc(0)));
  const secrets = [await bidder.inputValue("#secret")];
  await send(bidder);
  await inspect(bidder, "bids-receipt");
  const bids = [await fact(bidder, "投标编号")];
  assert.ok(sent.length === 1 && !sent[0].includes(PRICE) && !sent[0].includes(FIRMS[0][0]), "ciphertext alone was sent");
  const kept = [JSON.parse(readFileSync(at("bid0.key"), "utf8"))];
  assert.equal(await fact(bidder, "密文摘要（SHA-256）"), kept[0].digest);
  // The same file format: the command opens what the browser sealed.
  const opened = fadu("bid", "open", at("bid0"), "--key", at("bid0.key"), "--out", at("opened.pdf"));
  assert.equal(opened.reading.price, PRICE);
  assert.ok(readFileSync(at("opened.pdf")).equals(readFileSync(at("plan.pdf"))));

  // With the command, and a page without script.
  const plain = await county.visit({ script: false });
  await plain.goto(`${county.base}/trading/submit`);
  assert.equal(await plain.locator("[data-seal]").isVisible(), false);
  for (const n of [1, 2]) {
    const [name, code, price] = FIRMS[n];
    fadu("bid", "seal", "--keys", at("keys.json"), "--bidder", name, "--code", code, "--price", price, "--file", at("plan.pdf"), "--out", at(`bid${n}`));
    kept.push(JSON.parse(readFileSync(at(`bid${n}.key`), "utf8")));
    secrets.push(String(n).repeat(32));
    await handIn(plain, "deposit", project, kept[n].nonce, secrets[n], null, at(`bid${n}`));
    bids.push(await fact(plain, "投标编号"));
  }
  await handIn(plain, "deposit", project, "5a".repeat(32), "9".repeat(32), null, at("plan.pdf"));
  assert.match(await plain.textContent("main"), /没有加密/);

  // The third bidder stays away.
  await county.later(Date.parse(`${deadline.replace(" ", "T")}:01+08:00`));
  for (const n of [0, 1]) await handIn(plain, "reveal", project, kept[n].nonce, secrets[n], bids[n], null);

  const room = `/desk/openings/${project}`;
  const press = async (page, text) => { await page.locator(`main button:text-is("${text}")`).first().click(); await page.waitForLoadState(); };
  const share = async (person, holder, purpose) => {
    const page = await county.visit({ person });
    await page.goto(county.base + room);
    await page.setInputFiles(`#identity-${purpose}-${holder}`, join(county.folder, "demo-keys", `holder-${holder}.json`));
    const box = page.locator(`form:has(#identity-${purpose}-${holder})`);
    await box.locator("[data-share-go]").click();
    await box.locator("[data-share-status]:has-text('请提交')").waitFor();
    await inspect(page, `bids-${purpose}-${person}`);
    await box.locator("button[type=submit]").click();
    await page.waitForLoadState();
    assert.equal(await page.locator(".error-summary").count(), 0);
  };
  await share("officer", 1, "label");
  await share("centre", 2, "label");
  const officer = await county.visit({ person: "officer" });
  await officer.goto(`${county.base}/desk/openings`);
  await inspect(officer, "bids-openings");
  await officer.goto(county.base + room);
  assert.match(await officer.textContent("main"), /3份/, "the absent bidder's envelope was found");
  await inspect(officer, "bids-due");
  await press(officer, "开标");
  await share("officer", 1, "content");
  await share("centre", 2, "content");
  await officer.goto(county.base + room);
  assert.ok((await officer.textContent("main")).includes(PRICE));
  await inspect(officer, "bids-open");
  for (let n = 0; n < 3; n++) await press(officer, "唱读");
  await press(officer, "结束开标，保存开标记录");
  await inspect(officer, "bids-closed");

  await bidder.goto(`${county.base}/trading/projects/${project}`);
  await inspect(bidder, "bids-public");
  const text = await bidder.textContent("main");
  for (const [name, , price] of FIRMS) assert.ok(text.includes(name) && text.includes(price), name);
});

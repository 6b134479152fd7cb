// The tenderer: from the committee's report over publicity, an award committee and the notice to contract and archive.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";
import { look, says } from "./hands.mjs";

const TENDER = "模拟中学体育馆";
const PAPER = { name: "paper.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 （模拟）") };

let county;
before(async () => { county = await openCounty(); }, { timeout: 180000 });
after(async () => { await county?.close(); });

/** Five members score alike, three sign the report, and one of them brings it. */
async function evaluated() {
  const press = async (page, deed) => {
    await page.locator(`main form[action$='/${deed}'] button[type=submit]`).first().click();
    await page.waitForLoadState();
  };
  const members = [];
  for (let n = 1; n <= 5; n++) {
    const page = await county.visit();
    await page.goto(`${county.base}/sign-in`);
    await page.click(`main button:text-is("以演示评标成员${n}进入")`);
    await page.waitForLoadState();
    await page.goto(`${county.base}/trading/evaluations`);
    await page.click(`main a:text-is("${TENDER}")`);
    await page.waitForLoadState();
    await page.check("main input[name=bars][value=none]");
    await press(page, "declare");
    const forms = page.locator("main form[action$='/score']");
    await forms.first().waitFor();
    for (let i = 0; i < await forms.count(); i++) {
      const form = forms.nth(i);
      await form.locator("[name=points-0]").fill(String(55 - i));
      await form.locator("[name=reason-0]").fill("看报价");
      await form.locator("[name=points-1]").fill("30");
      await form.locator("[name=reason-1]").fill("看技术");
      await form.locator("button[type=submit]").click();
      await page.locator(`main .row-meta:has-text("您已评")`).nth(i).waitFor();
    }
    await press(page, "sign");
    members.push(page);
  }
  // The relay opens the sheets a moment after the last signature.
  const report = members[0].locator("main form[action$='/sign-report']");
  for (let i = 0; i < 20 && !(await report.count()); i++) {
    await members[0].waitForTimeout(500);
    await members[0].reload();
  }
  for (const page of members.slice(0, 3)) {
    await page.reload();
    await press(page, "sign-report");
    await says(page, "您已经签署");
  }
  await members[0].reload();
  await press(members[0], "report");
  await says(members[0], "评标报告已经提出");
}

/** Does one act of the page: opens its form, fills it, sends it. */
async function act(page, name, answers = async () => {}) {
  const folded = page.locator(`details.act:has(form[action$='/acts/${name}'])`);
  if (!(await folded.evaluate((one) => one.open))) await folded.locator("summary").click();
  const form = folded.locator("form");
  await answers(form);
  await form.locator("button[type=submit]").click();
  await page.waitForLoadState();
}

const paper = (form) => form.locator("[name=file]").setInputFiles(PAPER);

async function at(person, address) {
  const page = await county.visit({ person });
  await page.goto(address);
  return page;
}

test("a tenderer goes from the report to the archive", { timeout: 300000 }, async () => {
  await evaluated();
  let officer = await county.visit({ person: "tenderer" });
  await look(officer, "/desk/tenders", "tender-list");
  await officer.click(`main a:text-is("${TENDER}")`);
  await says(officer, "2 名既不签署");
  await inspect(officer, "tender-reported");
  const address = officer.url();

  const until = await officer.inputValue("#PublishCandidates-until");
  await act(officer, "PublishCandidates");
  await says(officer, "公示期");
  await act(officer, "ReportClearing", paper);
  await says(officer, "清标报告");
  await inspect(officer, "tender-publicity");
  let head = await at("tenderer-head", address);
  const votes = async (form) => {
    for (const n of [0, 1, 2]) {
      await form.locator(`[name=seat-${n}]`).fill(`定标${n + 1}`);
      await form.locator(`[name=vote-${n}]`).nth(n === 2 ? 0 : 1).check();
      await form.locator(`[name=reason-${n}]`).fill(n === 2 ? "报价更低" : "施工组织更周全");
    }
    await form.locator("[name=chosen]").nth(1).check();
    await form.locator("[name=supervision]").fill("监督小组在场");
    await paper(form);
  };
  await act(head, "Choose", votes);
  assert.match(await head.textContent("main .error-summary"), /书面理由/);
  assert.equal(await head.inputValue("#Choose-seat-2"), "定标3", "what was typed is kept");
  await inspect(head, "tender-choose-wrong");
  await act(head, "Choose", async (form) => {
    await votes(form);
    await form.locator("[name=reasons]").fill("多数成员认为方案更优");
  });
  await says(head, "施工组织更周全");
  await inspect(head, "tender-chosen");

  // The publicity is over.
  await county.later(Date.parse(`${until}T09:00:00+08:00`) + 2 * 86_400_000);
  head = await at("tenderer-head", address);
  await act(head, "Award", (form) => form.locator("[name=bid]").nth(1).check());
  await says(head, "发出中标通知书的同时");
  officer = await at("tenderer", address);
  await act(officer, "SendNotice");
  await says(officer, "同时通知了下列投标人");
  await inspect(officer, "tender-noticed");

  await head.goto(address);
  const contract = async (form) => {
    await form.locator("[name=bond]").fill("0");
    await form.locator("[name=transfers][value=no]").check();
  };
  await act(head, "SignContract", contract);
  assert.match(await head.textContent("main .error-summary"), /请选择文件/);
  await inspect(head, "tender-contract-wrong");
  await act(head, "SignContract", async (form) => { await contract(form); await paper(form); });
  await says(head, "合同文本");

  await officer.goto(address);
  await act(officer, "Pay", async (form) => {
    await form.locator("[name=amount]").fill("1,000,000");
    await form.locator("[name=voucher]").fill("模财支（模拟）1号");
  });
  await says(officer, "1,000,000.00元，未付");
  await act(officer, "AcceptWork", async (form) => {
    await form.locator("[name=passed][value=yes]").check();
    await paper(form);
  });
  await says(officer, "验收书");
  await act(officer, "Archive", async (form) => {
    await form.locator("[name=keep_until]").fill("2056-01-05");
    await paper(form);
  });
  await says(officer, "已归档");
  await inspect(officer, "tender-archived");
  const phone = await county.visit({ person: "tenderer", phone: true });
  await look(phone, new URL(address).pathname, "tender-phone");
});

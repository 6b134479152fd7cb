// Sealing a bid and opening a holder's shares in the browser, by WebCrypto alone: nothing is fetched and no key or price
// leaves the page. The same format as `fadu bid seal` and `fadu bid share`; byte by byte in bids/src/envelope.rs.
const MAGIC = new Uint8Array([...new TextEncoder().encode("fadu-bid-1\n"), 0, 0, 0, 0, 0]);
const SLOTS = 9, CHUNK = 65536, TAG = 16, SHARE = 33, BOX = 32 + SHARE + TAG + 32, BOXES_AT = 80;
const HEADER = BOXES_AT + 2 * SLOTS * BOX;
const READ = 64 * CHUNK;
const PURPOSES = ["label", "content"];

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const random = (n) => crypto.getRandomValues(new Uint8Array(n));

function unhex(text, n) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text) || (n && text.length !== 2 * n)) throw new Error("文件的格式不对");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

async function hmac(key, message) {
  // WebCrypto takes no empty key; HMAC fills a short one with zeros anyway.
  const own = await crypto.subtle.importKey("raw", key.length ? key : new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", own, message));
}

/** HKDF-Expand of RFC 5869. */
async function expand(prk, info, length) {
  let block = new Uint8Array(0), out = block;
  for (let n = 1; out.length < length; n++) {
    block = await hmac(prk, join(block, info, Uint8Array.of(n)));
    out = join(out, block);
  }
  return out.slice(0, length);
}

// HPKE (RFC 9180), base mode, one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
const KEM = join(utf8("KEM"), Uint8Array.of(0, 0x20));
const SUITE = join(utf8("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, 2));
const labeledExtract = (suite, salt, label, ikm) => hmac(salt, join(utf8("HPKE-v1"), suite, utf8(label), ikm));
const labeledExpand = (suite, prk, label, info, length) =>
  expand(prk, join(Uint8Array.of(length >> 8, length & 255), utf8("HPKE-v1"), suite, utf8(label), info), length);
const NONE = new Uint8Array(0);

async function cipher(dh, enc, recipient, info, use) {
  const secret = await labeledExpand(KEM, await labeledExtract(KEM, NONE, "eae_prk", dh), "shared_secret", join(enc, recipient), 32);
  const context = join(Uint8Array.of(0), await labeledExtract(SUITE, NONE, "psk_id_hash", NONE), await labeledExtract(SUITE, NONE, "info_hash", info));
  const key = await labeledExtract(SUITE, secret, "secret", NONE);
  return {
    key: await crypto.subtle.importKey("raw", await labeledExpand(SUITE, key, "key", context, 32), "AES-GCM", false, [use]),
    iv: await labeledExpand(SUITE, key, "base_nonce", context, 12),
  };
}

const agree = async (secret, other) => new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: other }, secret, 256));
const publicKey = (bytes) => crypto.subtle.importKey("raw", bytes, "X25519", true, []);
const pair = async () => {
  const own = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  return { secret: own.privateKey, enc: new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey)) };
};

async function hpkeSeal(recipient, info, aad, text) {
  const { secret, enc } = await pair();
  const { key, iv } = await cipher(await agree(secret, await publicKey(recipient)), enc, recipient, info, "encrypt");
  return { enc, sealed: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, key, text)) };
}

async function hpkeOpen(identity, enc, info, aad, sealed) {
  const own = unhex(identity.public, 32);
  const url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const jwk = { kty: "OKP", crv: "X25519", x: url(own), d: url(unhex(identity.secret, 32)) };
  const secret = await crypto.subtle.importKey("jwk", jwk, "X25519", false, ["deriveBits"]);
  const { key, iv } = await cipher(await agree(secret, await publicKey(enc)), enc, own, info, "decrypt");
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: aad }, key, sealed));
}

/** GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, without tables or branches on secrets. */
function times(a, b) {
  let product = 0;
  for (let n = 0; n < 8; n++) {
    product ^= a & -(b & 1);
    a = (a << 1) ^ (0x11b & -(a >> 7));
    b >>= 1;
  }
  return product;
}

/** Shamir: `n` shares of which any `k` give the secret; each begins with its x. */
function split(secret, k, n) {
  const coefficients = Array.from({ length: k - 1 }, () => random(secret.length));
  return Array.from({ length: n }, (_, at) => {
    const x = at + 1;
    const y = secret.map((byte, place) => coefficients.reduceRight((sum, own) => times(sum ^ own[place], x), 0) ^ byte);
    return join(Uint8Array.of(x), y);
  });
}

const aad = (project, slot) => join(utf8(project), Uint8Array.of(0, slot));
const shareCommitment = (salt, purpose, share) => sha256(utf8(`fadu-bid-1 ${purpose}`), utf8(" share"), salt, share);

async function boxes(keys, purpose, secret, salt) {
  const parts = [];
  const shares = split(secret, keys.threshold, keys.holders.length);
  for (const [at, share] of shares.entries()) {
    const holder = unhex(keys.holders[at].key, 32);
    const { enc, sealed } = await hpkeSeal(holder, utf8(`fadu-bid-1 ${purpose}`), aad(keys.project, at + 1), share);
    parts.push(enc, sealed, await shareCommitment(salt, purpose, share));
  }
  for (let at = shares.length; at < SLOTS; at++) parts.push((await pair()).enc, random(SHARE + TAG + 32));
  return join(...parts);
}

function checkKeys(keys) {
  const k = keys?.threshold, n = keys?.holders?.length;
  const distinct = new Set((keys?.holders ?? []).map((holder) => holder.key)).size;
  if (keys?.format !== "fadu-bid-keys-1" || !(k >= 2 && k <= n && n <= SLOTS && distinct === n)) throw new Error("开标密钥文件的格式不对");
}

/** Seals `file` (a Blob) with what is read out. Returns the envelope as a Blob, and what the bidder keeps. */
export async function seal(keys, reading, file, tell = () => {}) {
  checkKeys(keys);
  const nonce = random(32), content = random(32), salt = random(32);
  const letter = utf8(JSON.stringify({ format: "fadu-bid-letter-1", project: keys.project, nonce: hex(nonce), file_name: file?.name ?? "", reading }));
  if (letter.length > CHUNK - 12) throw new Error("投标函太长");
  const header = join(
    MAGIC, salt, await sha256(utf8("fadu-bid-1 key"), salt, content),
    await boxes(keys, "label", nonce, salt), await boxes(keys, "content", content, salt),
  );
  const derived = await expand(await hmac(await sha256(header), content), utf8("fadu-bid-1 payload"), 39);
  const key = await crypto.subtle.importKey("raw", derived.slice(0, 32), "AES-GCM", false, ["encrypt"]);
  const size = file?.size ?? 0;
  const lengths = new DataView(new ArrayBuffer(12));
  lengths.setUint32(0, letter.length);
  lengths.setBigUint64(4, BigInt(size));
  const front = join(new Uint8Array(lengths.buffer, 0, 4), letter, new Uint8Array(lengths.buffer, 4, 8));
  const text = new Blob([front, file ?? new Blob([])]);
  const chunks = Math.ceil(text.size / CHUNK);
  const parts = [header];
  // Few large reads, each cut into chunks: a file of 50 MB never lies in memory whole.
  for (let from = 0; from < text.size; from += READ) {
    const bytes = new Uint8Array(await text.slice(from, from + READ).arrayBuffer());
    const sealed = [];
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const n = (from + at) / CHUNK;
      const iv = join(derived.slice(32), Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n, n === chunks - 1 ? 1 : 0));
      const chunk = new Uint8Array(CHUNK);
      chunk.set(bytes.subarray(at, at + CHUNK));
      sealed.push(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, chunk));
    }
    parts.push(new Blob(sealed));
    tell(Math.min(1, (from + READ) / text.size));
  }
  const envelope = new Blob(parts);
  const digest = hex(await sha256(new Uint8Array(await envelope.arrayBuffer())));
  return { envelope, kept: { format: "fadu-bid-kept-1", project: keys.project, nonce: hex(nonce), key: hex(content), digest } };
}

/** A holder's shares of every envelope in the list, with the holder's own key. */
export async function shares(identity, headers) {
  if (identity?.format !== "fadu-bid-identity-1") throw new Error("密钥文件的格式不对");
  if (headers?.format !== "fadu-bid-headers-1" || !PURPOSES.includes(headers.purpose)) throw new Error("信封头清单的格式不对");
  const { project, purpose, slot } = headers;
  const open = async (text) => {
    const header = unhex(text, HEADER);
    const from = BOXES_AT + (PURPOSES.indexOf(purpose) * SLOTS + slot - 1) * BOX;
    const own = header.subarray(from, from + BOX);
    try {
      const share = await hpkeOpen(identity, own.slice(0, 32), utf8(`fadu-bid-1 ${purpose}`), aad(project, slot), own.slice(32, 32 + SHARE + TAG));
      const commitment = await shareCommitment(header.slice(16, 48), purpose, share);
      return share[0] === slot && hex(commitment) === hex(own.slice(32 + SHARE + TAG)) ? hex(share) : null;
    } catch (error) {
      return null; // Another project's envelope, or one that was not sealed to this holder.
    }
  };
  const lines = [];
  for (const { bid, header } of headers.envelopes) lines.push({ bid, share: await open(header) });
  return { format: "fadu-bid-shares-1", project, purpose, slot, shares: lines };
}

const supported = async () => {
  try { await pair(); return true; } catch (error) { return false; }
};
const json = async (input) => JSON.parse(await input.files[0].text());

function give(link, blob, name) {
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.hidden = false;
}

function put(input, blob, name) {
  const files = new DataTransfer();
  files.items.add(new File([blob], name));
  input.files = files.files;
}

/** The bidder's form: what is typed here has no name, so that no form can send it. */
async function sealing(box) {
  if (!(await supported())) { box.querySelector("[data-unsupported]").hidden = false; box.hidden = false; box.querySelector("[data-fields]").hidden = true; return; }
  box.hidden = false;
  const find = (name) => box.querySelector(`[data-seal-${name}]`);
  const say = (text) => { find("status").textContent = text; };
  find("go").addEventListener("click", async () => {
    try {
      if (!find("keys").files.length) throw new Error("请选择项目页面下载的开标密钥文件");
      const keys = await json(find("keys"));
      const reading = { bidder: find("bidder").value.trim(), code: find("code").value.trim().toUpperCase(), price: find("price").value.trim() };
      if (!reading.bidder) throw new Error("请填写投标人名称");
      if (!/^[0-9A-Z]{18}$/.test(reading.code)) throw new Error("统一社会信用代码应为18位");
      if (!/^[0-9][0-9,]*(\.[0-9]{1,2})?$/.test(reading.price)) throw new Error("报价应为金额，如 1,234,567.80");
      find("go").disabled = true;
      const { envelope, kept } = await seal(keys, reading, find("file").files[0], (part) => say(`正在加密：${Math.floor(part * 100)}%`));
      const form = box.closest("form"), name = `bid-${kept.digest.slice(0, 8)}`;
      put(form.elements.namedItem("ciphertext"), envelope, name);
      form.elements.namedItem("project").value = kept.project;
      form.elements.namedItem("nonce").value = kept.nonce;
      give(find("kept"), new Blob([JSON.stringify(kept, null, 2)]), `${name}.key`);
      give(find("envelope"), envelope, name);
      for (const input of [find("price"), find("bidder"), find("code"), find("file")]) input.value = "";
      say(`已经加密，摘要 ${kept.digest}。请先保存自留密钥，再在下面提交。`);
    } catch (error) {
      say(error.message);
    } finally {
      find("go").disabled = false;
    }
  });
}

/** A holder's form in the opening room: the key file is read here and only the shares are sent. */
async function sharing(box) {
  if (!(await supported())) return;
  box.hidden = false;
  const find = (name) => box.querySelector(`[data-share-${name}]`);
  find("go").addEventListener("click", async () => {
    try {
      if (!find("identity").files.length) throw new Error("请选择自己保管的密钥文件");
      const identity = await json(find("identity"));
      const answer = await fetch(box.dataset.share);
      if (!answer.ok) throw new Error("信封头清单取不到，请刷新后重试");
      const opened = await shares(identity, await answer.json());
      find("identity").value = "";
      const n = opened.shares.filter((line) => line.share).length;
      put(box.closest("form").elements.namedItem("shares"), new Blob([JSON.stringify(opened)]), "shares.json");
      find("status").textContent = `${opened.shares.length}个信封，能开出份额的${n}个，请提交。`;
    } catch (error) {
      find("status").textContent = error.message;
    }
  });
}

if (typeof document !== "undefined") {
  for (const box of document.querySelectorAll("[data-seal]")) sealing(box);
  for (const box of document.querySelectorAll("[data-share]")) sharing(box);
}

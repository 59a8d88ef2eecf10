// One file to the server in pieces (tus 1.0). Goes on by itself after lost networks, restarts and reloads.

import { words } from "/static/words.js";

const PIECE = 2 * 2 ** 20;
const LONGEST_WAIT = 8000;
const WRONG_CHECKSUM = 460;

export class Refusal extends Error {
  constructor(problem) {
    super(problem.next_step ? `${problem.fact}。${problem.next_step}。` : problem.fact);
  }
}

async function digest(blob) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
}

const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const encoded = (text) => base64(new TextEncoder().encode(text));

function pause(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}

// Ask until the server answers; a server that is gone or has no room is asked again.
async function ask(url, options, tell) {
  for (let wait = 500; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    if (options.signal?.aborted) throw new DOMException("given up", "AbortError");
    try {
      const answer = await fetch(url, { ...options, headers: { "Tus-Resumable": "1.0.0", ...options.headers } });
      if (answer.status < 500) return answer;
      tell({ waiting: (await answer.json().catch(() => ({}))).fact ?? words("服务器暂时无法接收") });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      tell({ waiting: words("服务器没有回应") });
    }
    await pause(wait);
  }
}

async function refuse(answer) {
  throw new Refusal(await answer.json().catch(() => ({ fact: words("服务器拒绝（{status}）", { status: answer.status }), next_step: words("请刷新页面后重试") })));
}

/** How an upload stands, as the headers of an answer tell it; what they do not tell is null. */
function told(answer, url) {
  return {
    url: answer.headers.get("Location") ?? url,
    offset: Number(answer.headers.get("Upload-Offset")),
    state: answer.headers.get("Upload-State"),
    case_number: answer.headers.get("Upload-Case"),
  };
}

async function begin(file, sha256, order, tell) {
  const said = { filename: file.name, batch: order.batch, sha256: hex(sha256), ...(order.replaces ? { replaces: order.replaces } : {}) };
  const metadata = Object.entries(said).map(([key, value]) => `${key} ${encoded(value)}`).join(",");
  const answer = await ask("/mailroom/uploads", {
    method: "POST",
    headers: { "Upload-Length": String(file.size), "Upload-Metadata": metadata },
    signal: order.signal,
  }, tell);
  if (!answer.ok) await refuse(answer);
  return told(answer);
}

async function sendPiece(file, sha256, at, order, tell) {
  const piece = file.slice(at.offset, at.offset + PIECE);
  const checksum = piece.size === file.size ? sha256 : await digest(piece);
  return ask(at.url, {
    method: "PATCH",
    headers: {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(at.offset),
      "Upload-Checksum": `sha256 ${base64(checksum)}`,
    },
    body: piece,
    signal: order.signal,
  }, tell);
}

async function state(url, order, tell) {
  const answer = await ask(url, { signal: order.signal }, tell);
  if (!answer.ok) await refuse(answer);
  return answer.json();
}

/** Return how the upload stands that `order` went under before a reload; null when the server knows it no more. */
async function found(order, tell) {
  if (!order.url) return null;
  const answer = await ask(order.url, { signal: order.signal }, tell);
  if (!answer.ok) return null;
  const upload = await answer.json();
  return { url: order.url, offset: upload.received, state: upload.state, case_number: upload.case_number };
}

/**
 * Compute the digest of `file` and announce it for `order` ({batch, replaces?, url?, signal?}); return what `send` needs.
 * A file that the server took just before a reload is not announced again. `tell` is told {waiting} in words, {url} once known.
 */
export async function prepare(file, order, tell) {
  if (!crypto.subtle) throw new Refusal({ fact: words("浏览器在此地址下不能计算 SHA-256"), next_step: words("请用 HTTPS 或本机地址打开本页") });
  const sha256 = await digest(file);
  const at = (await found(order, tell)) ?? (await begin(file, sha256, order, tell));
  tell({ url: at.url });
  return { sha256, at };
}

/**
 * Send `file` as prepared; return {state, case_number}, of a refused one {fact, next_step} as well.
 * `tell` is told {sent} in bytes, {waiting} in words, {url} when it is another.
 */
export async function send(file, { sha256, at }, order, tell) {
  for (;;) {
    tell({ url: at.url, sent: at.offset });
    if (at.state === "accepted" || at.state === "duplicate") return at;
    if (at.state !== "open") {
      const upload = await state(at.url, order, tell);
      if (upload.state !== "open") return upload;
      at = { ...at, offset: upload.received, state: upload.state };
    }
    const answer = await sendPiece(file, sha256, at, order, tell);
    if (answer.ok) at = told(answer, at.url);
    else if (answer.status === 404) at = await begin(file, sha256, order, tell);
    else if (answer.status === 409 || answer.status === WRONG_CHECKSUM) at.state = null;
    else await refuse(answer);
  }
}

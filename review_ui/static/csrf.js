// Every changing request of our pages carries the token of the session: in one place, so that no caller forgets it.

const meta = document.querySelector('meta[name="csrf-token"]');
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
let stale = false;

// A person who signed in again in another tab has another token; the page with its unsaved input stays.
async function token() {
  if (stale) {
    const answer = await send("/account/token").catch(() => null);
    if (answer?.ok && !answer.redirected) {
      meta.content = (await answer.json()).token;
      document.querySelectorAll('input[name="csrf"]').forEach((field) => (field.value = meta.content));
      stale = false;
    }
  }
  return meta.content;
}

const send = window.fetch.bind(window);

window.fetch = async (input, options = {}) => {
  const asked = new Request(input, { method: options.method });
  if (SAFE.has(asked.method) || new URL(asked.url).origin !== location.origin) return send(input, options);
  const headers = new Headers(options.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.set("X-CSRF-Token", await token());
  const answer = await send(input, { ...options, headers });
  if (answer.status === 401 || answer.status === 403) stale = true;
  return answer;
};

const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  open.call(this, method, url, ...rest);
  const ours = new URL(url, location.href).origin === location.origin;
  if (ours && !SAFE.has(method.toUpperCase())) this.setRequestHeader("X-CSRF-Token", meta.content);
};

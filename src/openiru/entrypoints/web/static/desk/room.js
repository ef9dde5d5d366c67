// The operations room keeps itself up to date: one conditional request a second, of which most are answered "not modified".
// When the server is away the last figures stay, with their age.
const SECOND = 1000;
const room = document.getElementById("room");
const age = document.getElementById("room-age");
let etag = room.dataset.etag;
let last = Date.now();

function say(text) {
  if (age.textContent !== text) age.textContent = text;
  age.hidden = !text;
}

async function refresh() {
  const held = document.activeElement?.closest?.("#room a")?.getAttribute("href");
  const answer = await fetch(room.dataset.part, { cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  room.innerHTML = await answer.text();
  if (held) room.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  etag = answer.headers.get("ETag") ?? etag;
}

async function look() {
  try {
    const asked = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(room.dataset.json, { cache: "no-store", redirect: "manual", headers: asked });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      say(age.dataset.out);
      return;
    }
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    if (answer.status === 200) await refresh();
    last = Date.now();
    say("");
  } catch {
    say(age.dataset.late.replace("{seconds}", String(Math.round((Date.now() - last) / SECOND))));
  }
  setTimeout(look, document.hidden ? 5 * SECOND : SECOND);
}

setTimeout(look, SECOND);

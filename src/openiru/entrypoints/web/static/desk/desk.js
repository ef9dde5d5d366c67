// What every page does: dialogs, keys, the clock. Nothing here is needed to read a page or to send a form.
import { clocks } from "./clock.js";
import { dialogs } from "./dialogs.js";
import { keys } from "./keys.js";

clocks();
dialogs();
keys();

// A choice that sends its form by itself; the button is for those without scripts.
for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
  field.form.classList.add("by-itself");
}

// A form that was sent is not sent a second time by a second click; it comes back to life when the page does.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

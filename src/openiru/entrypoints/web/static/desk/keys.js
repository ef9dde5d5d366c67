// Keys. Single ones work only while nobody writes, without modifiers, and can be switched off (WCAG 2.1.4).
// A page gives a link or button a key of its own by data-key="c"; the list of keys names it by its text.
import { open } from "./dialogs.js";

const PLACE = "openiru-single-keys";

export const single = () => localStorage.getItem(PLACE) !== "off";

export function keys() {
  document.addEventListener("keydown", pressed);
  for (const box of document.querySelectorAll("[data-keys-switch]")) {
    box.checked = single();
    box.addEventListener("change", () => localStorage.setItem(PLACE, box.checked ? "on" : "off"));
  }
  list();
}

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    if (open("palette")) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (!single() || writes(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?" && open("shortcuts")) return event.preventDefault();
  if (event.key === "/" && open("palette")) return event.preventDefault();
  const target = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]:not([disabled])`);
  if (target) {
    event.preventDefault();
    target.focus();
    target.click();
  }
}

const writes = (where) => where.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(where.tagName);

function list() {
  const table = document.querySelector(".keys-here");
  if (!table) return;
  for (const one of document.querySelectorAll("main [data-key]")) {
    const row = table.tBodies[0].insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    const key = document.createElement("kbd");
    key.textContent = one.dataset.key;
    head.append(key);
    row.append(head);
    row.insertCell().textContent = one.dataset.keyLabel || one.textContent.trim();
    table.hidden = false;
  }
}

// The palette, the list of keys, and the cover that hides everything. All are <dialog>: focus stays inside and comes back.
const TWICE_MS = 700;

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return Boolean(dialog);
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
  dialog.querySelector("input[type=search], [data-uncovers]")?.focus();
  return true;
}

export function dialogs() {
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.hidden = false;
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (open(opener.dataset.opens)) event.preventDefault();
    });
  }
  for (const dialog of document.querySelectorAll("dialog:not(.cover)")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  drops();
  cover();
  palette();
}

// Menus that fold out: one at a time, gone with Escape or a click elsewhere.
function drops() {
  const close = (except) => {
    for (const drop of document.querySelectorAll("details.drop[open]")) if (drop !== except) drop.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.drop")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const drop = document.querySelector("details.drop[open]");
    if (drop) {
      drop.open = false;
      drop.querySelector("summary").focus();
    }
  });
}

// Escape twice: a neutral page at once. It comes back by its button only, never by one Escape too many.
function cover() {
  const dialog = document.getElementById("cover");
  if (!dialog) return;
  let title = document.title;
  let last = -Infinity;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.repeat || dialog.open) return;
      const twice = event.timeStamp - last < TWICE_MS;
      last = event.timeStamp;
      if (!twice) return;
      event.preventDefault();
      open("cover");
    },
    true,
  );
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
  dialog.querySelector("[data-uncovers]").addEventListener("click", () => dialog.close());
  new MutationObserver(() => {
    document.documentElement.toggleAttribute("data-covered", dialog.open);
    if (dialog.open) {
      title = document.title;
      document.title = "OpenIRU";
      for (const media of document.querySelectorAll("video, audio")) media.pause();
    } else document.title = title;
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });
}

// In the palette the arrows go through what was found, and Enter opens the first.
function palette() {
  const dialog = document.getElementById("palette");
  dialog?.addEventListener("keydown", (event) => {
    const links = [...dialog.querySelectorAll("#palette-found a")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) dialog.querySelector("input[type=search]").focus();
      else links[Math.min(next, links.length - 1)].focus();
    } else if (event.key === "Enter" && at < 0) {
      event.preventDefault();
      links[0].click();
    }
  });
}

// Intake: a file dropped on the box becomes its text; a file dropped on the wizard is chosen; downloads leave their form alive.
const LARGEST = 200_000;

for (const box of document.querySelectorAll("[data-drop]")) {
  const text = box.querySelector("textarea");
  const said = box.querySelector("[data-drop-said]");
  const line = box.querySelector("[data-drop-file]");
  box.querySelector("[data-drop-hint]").hidden = false;
  line.hidden = false;
  const take = async (file) => {
    if (!file) return;
    const name = file.name.toLowerCase();
    const readable = file.type.startsWith("text/plain") || file.type === "message/rfc822" || /\.(txt|eml|md)$/.test(name);
    if (!readable || file.size > LARGEST) {
      said.textContent = `${file.name}: ${said.dataset.not}`;
      return;
    }
    text.value = (text.value ? text.value + "\n" : "") + (await file.text());
    said.textContent = file.name;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  line.querySelector("input").addEventListener("change", (event) => take(event.target.files[0]));
  drops(box, (files) => take(files[0]));
}

for (const box of document.querySelectorAll("[data-drop-into]")) {
  const field = document.getElementById(box.dataset.dropInto);
  drops(box, (files) => {
    field.files = files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function drops(box, take) {
  box.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    box.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}

document.addEventListener("submit", (event) => {
  if (!event.submitter?.hasAttribute("data-downloads")) return;
  const form = event.target;
  setTimeout(() => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }, 1500);
});

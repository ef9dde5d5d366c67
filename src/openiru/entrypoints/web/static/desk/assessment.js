// The desk of whoever assesses: a key chooses a sentence without moving into a field, boxes choose rows, the next item takes the focus.

// A key that the frame turns into a click has no place on the screen (detail 0): the choice is made, and keys go on working.
document.addEventListener("click", (event) => {
  const label = event.target.closest("label.sentence");
  if (!label || event.detail !== 0 || event.target.tagName === "INPUT") return;
  event.preventDefault();
  const radio = label.querySelector("input");
  radio.checked = true;
  radio.blur(); // the frame's key gave it the focus, in which single keys would be silent
  radio.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  const at = event.target;
  if (at.name === "sentence") {
    const said = at.form.querySelector("[data-whole]");
    if (said) said.textContent = at.closest("label").title;
  }
  if (at.matches("[data-all-here]")) {
    for (const box of at.form.querySelectorAll('input[name="item"]')) box.checked = at.checked;
  }
});

// After a verdict the next item stands here: reading begins at its head.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "assess" || event.target.id === "assess") document.getElementById("assess-head")?.focus();
});

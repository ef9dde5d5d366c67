// The seconds that are left, and buttons that say how many are marked. Every form works without.
for (const left of document.querySelectorAll("[data-left]")) {
  const end = performance.now() + Number(left.dataset.left) * 1000;
  const words = left.textContent;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    left.textContent = words.replace(/[\d\u0660-\u0669]+/, String(seconds));
    if (seconds > 0) setTimeout(tick, 250);
  };
  tick();
}

for (const button of document.querySelectorAll("[data-marks]")) {
  const form = document.getElementById(button.dataset.marks);
  if (!form) continue;
  const boxes = [...form.querySelectorAll('input[type="checkbox"][name]')];
  const all = form.querySelector("[data-all]");
  const whole = () => button.dataset.allOf && form.elements[button.dataset.allOf].value === "all";
  const count = () => {
    const marked = whole() ? Number(button.dataset.total) : boxes.filter((box) => box.checked).length;
    button.textContent = button.dataset.label.replace("{n}", String(marked));
    button.disabled = marked === 0;
    if (all) all.checked = boxes.length > 0 && boxes.every((box) => box.checked);
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      count();
    });
  }
  form.addEventListener("change", count);
  addEventListener("pageshow", count);
  count();
}

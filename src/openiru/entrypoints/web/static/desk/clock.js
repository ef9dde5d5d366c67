// The clock of the frame: business time from the server, carried on at its own rate; UTC and where the operation is.
const format = (zone, locale) =>
  new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone, numberingSystem: "latn" });

export function clocks() {
  for (const clock of document.querySelectorAll(".clock")) run(clock);
}

function run(clock) {
  const began = performance.now();
  const at = Date.parse(clock.dataset.at);
  const rate = Number(clock.dataset.rate);
  const zone = clock.dataset.zone || "UTC";
  const place = zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
  const utc = format("UTC", "en-GB");
  const local = format(zone, "en-GB");
  const tick = () => {
    const now = new Date(at + (performance.now() - began) * rate);
    clock.querySelector(".clock-utc").textContent = `${utc.format(now)} UTC`;
    if (zone !== "UTC") clock.querySelector(".clock-local").textContent = `${local.format(now)} ${place}`;
  };
  tick();
  if (rate) setInterval(tick, Math.max(250, Math.min(15_000, 15_000 / rate)));
}

"use strict";
const tests = JSON.parse(document.getElementById("data").textContent);
const find = (id) => document.getElementById(id);
const sections = [...document.querySelectorAll("section[data-gap]")];
const rows = [...document.querySelectorAll("tr[data-document]")];
const places = [...document.querySelectorAll("[data-tests]")];
const known = new Map(places.map((place) => [place, place.dataset.tests.split(",").filter(Boolean).map(Number)]));

function apply() {
  const name = find("name").value.toLowerCase();
  const test = find("test").value.toLowerCase();
  const wanted = new Set([...tests.keys()].filter((number) => tests[number].toLowerCase().includes(test)));
  for (const place of places) {
    place.classList.toggle("faded", test !== "" && !known.get(place).some((number) => wanted.has(number)));
  }
  let shown = 0;
  sections.forEach((section, number) => {
    const inside = [...section.querySelectorAll("[data-tests]")];
    const visible = (section.dataset.name.includes(name) || section.textContent.toLowerCase().includes(name))
      && (!find("gaps").checked || section.dataset.gap === "yes")
      && (test === "" || inside.some((place) => !place.classList.contains("faded")));
    section.hidden = rows[number].hidden = !visible;
    shown += visible;
  });
  find("none").hidden = shown > 0;
}

function toggle(place) {
  const open = place.querySelector(".tests");
  if (open) {
    open.remove();
    return;
  }
  const list = document.createElement("span");
  list.className = "tests";
  list.textContent = known.get(place).map((number) => tests[number]).join("\n") || "no test";
  (place.tagName === "TR" ? place.lastElementChild : place).append(list);
}

for (const place of places) {
  place.addEventListener("click", (event) => event.target.closest(".tests") || toggle(place));
  place.addEventListener("keydown", (event) => event.key === "Enter" && toggle(place));
}
for (const id of ["name", "test", "gaps"]) find(id).addEventListener("input", apply);
find("filters").addEventListener("submit", (event) => event.preventDefault());
find("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});

"use strict";
const root = document.documentElement;
const charts = JSON.parse(document.getElementById("charts").textContent);
const narrowest = 460;
const drawn = new Map();

const themes = ["auto", "light", "dark"];
const button = document.getElementById("theme");
const show = (theme) => {
  root.dataset.theme = theme;
  button.lastElementChild.textContent = theme;
};
const kept = { get: () => null, set: () => undefined };
try {
  const store = window.localStorage;
  kept.get = () => store.getItem("mixopt-theme");
  kept.set = (theme) => store.setItem("mixopt-theme", theme);
  if (themes.includes(kept.get())) show(kept.get());
} catch (error) {
  kept.get = () => null; // a page opened from a file may have no store
}
button.hidden = false;
button.addEventListener("click", () => {
  const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
  show(next);
  try { kept.set(next); } catch (error) { return; }
});

const noRequests = {
  load: () => Promise.reject(new Error("nothing is loaded")),
  sanitize: () => Promise.reject(new Error("no links")),
};

const fitted = (spec, width) => {
  if (!spec.facet) return spec;
  const columns = width < 460 ? 2 : width < 900 ? 4 : 5;
  const gap = width < 460 ? 18 : 22;
  const axis = 44;
  const panel = Math.floor((width - axis - gap * (columns - 1)) / columns);
  return { ...spec, columns, spacing: { ...spec.spacing, column: gap }, spec: { ...spec.spec, width: panel, height: Math.round(panel * 0.72) } };
};

const draw = (place) => {
  const both = charts[place.dataset.chart];
  const width = place.clientWidth;
  if (!both || !width) return Promise.resolve();
  const form = width < narrowest && both.narrow ? "narrow" : "wide";
  const state = `${form} ${both[form].facet ? width : ""}`;
  const before = drawn.get(place);
  if (before && before.state === state) return Promise.resolve();
  drawn.set(place, { state });
  if (before && before.view) before.view.finalize();
  const options = {
    ast: true,
    renderer: "svg",
    mode: "vega-lite",
    actions: false,
    defaultStyle: false,
    loader: noRequests,
    tooltip: { disableDefaultStyle: true },
  };
  return window.vegaEmbed(place, fitted(both[form], width), options).then((view) => {
    drawn.set(place, { state, view });
    place.dataset.drawn = form;
  }).catch(() => {
    place.textContent = "This chart could not be drawn; its numbers are in the table below.";
    place.dataset.drawn = "failed";
  });
};

const places = [...document.querySelectorAll("[data-chart]")];
const all = () => Promise.all(places.map(draw)).then(() => { root.dataset.ready = "yes"; });
let later = 0;
window.addEventListener("resize", () => {
  window.clearTimeout(later);
  later = window.setTimeout(all, 120);
});
all();

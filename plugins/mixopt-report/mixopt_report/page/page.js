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
  const most = width < 460 ? 2 : width < 900 ? 4 : 5;
  const panels = spec.facet.sort.length;
  const columns = Math.ceil(panels / Math.ceil(panels / most)); // rows as full as they can be
  const gap = width < 460 ? 18 : 22;
  const axis = 44;
  const panel = Math.floor((width - axis - gap * (columns - 1)) / columns);
  return { ...spec, columns, spacing: { ...spec.spacing, column: gap }, spec: { ...spec.spec, width: panel, height: Math.round(Math.min(panel * 0.72, 190)) } };
};

const embed = (place, form, width) => {
  const spec = fitted(charts[place.dataset.chart][form], width);
  return window.vegaEmbed(place, spec, {
    ast: true,
    renderer: "svg",
    mode: "vega-lite",
    actions: false,
    defaultStyle: false,
    loader: noRequests,
    tooltip: { disableDefaultStyle: true },
  });
};

const draw = async (place) => {
  const both = charts[place.dataset.chart];
  const width = place.clientWidth;
  if (!both || !width) return;
  const form = width < narrowest && both.narrow ? "narrow" : "wide";
  const state = `${form} ${both[form].facet ? width : ""}`;
  const before = drawn.get(place);
  if (before && before.state === state) return;
  drawn.set(place, { state });
  try {
    if (before && before.view) before.view.finalize();
    drawn.set(place, { state, view: await embed(place, form, width) });
    place.dataset.drawn = form;
  } catch (error) {
    place.textContent = "This chart could not be drawn; its numbers are in the table below.";
    place.dataset.drawn = "failed";
  }
};

const places = [...document.querySelectorAll("[data-chart]")];
const all = () => Promise.all(places.map(draw)).then(() => { root.dataset.ready = "yes"; });
let later = 0;
window.addEventListener("resize", () => {
  window.clearTimeout(later);
  later = window.setTimeout(all, 120);
});
all();

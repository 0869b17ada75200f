/*
 * Draws every <figure class="chart" data-spec="ID"> from the Vega-Lite specification in <script type="application/json" id="ID">.
 * Without this file the table in the figure's <details open> stays; once drawn, the <details> closes.
 * Expressions are interpreted, never evaluated: the content security policy allows no "unsafe-eval".
 */
"use strict";

(() => {
  const FONT = '"Atkinson Hyperlegible", system-ui, sans-serif';
  const INK = "#1d2a26";
  const SOFT = "#515d58";
  const LINE = "#e2d9ca";
  const axis = {
    labelFontSize: 14, titleFontSize: 14, titleFontWeight: 700, labelColor: INK, titleColor: INK,
    gridColor: LINE, domainColor: SOFT, tickColor: SOFT, labelLimit: 260,
  };
  const config = {
    font: FONT, background: "transparent", view: { stroke: null }, axis,
    legend: { labelFontSize: 14, titleFontSize: 14, labelColor: INK, titleColor: INK, labelLimit: 260 },
    header: { labelFontSize: 14, titleFontSize: 14, labelColor: INK, titleColor: INK },
    title: { fontSize: 16, color: INK, anchor: "start" },
    text: { fontSize: 14, color: INK }, bar: { color: "#1f6f50" }, point: { color: "#1f6f50" }, line: { color: "#1f6f50" },
  };

  const formatLocale = { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], percent: "\u00a0%" };
  const timeFormatLocale = {
    dateTime: "%A %e %B %Y à %X", date: "%d/%m/%Y", time: "%H:%M:%S", periods: ["AM", "PM"],
    days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    months: [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
    shortMonths: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
  };

  const slug = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);

  function saveButton(view, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = "Enregistrer en PNG";
    button.addEventListener("click", async () => {
      view.background("#ffffff");
      const link = document.createElement("a");
      link.href = await view.toImageURL("png", 2);
      view.background("transparent");
      link.download = `${slug(name) || "graphique"}.png`;
      link.click();
    });
    const tools = document.createElement("div");
    tools.className = "chart-tools";
    tools.append(button);
    return tools;
  }

  async function draw(figure) {
    const source = document.getElementById(figure.dataset.spec);
    if (!source || figure.querySelector(".chart-drawing")) return;
    const spec = JSON.parse(source.textContent);
    const details = figure.querySelector("details");
    const name = figure.querySelector("figcaption")?.textContent.trim() ?? "";
    const drawing = document.createElement("div");
    drawing.className = "chart-drawing";
    figure.insertBefore(drawing, details);
    if ("layer" in spec || "mark" in spec) {
      spec.width ??= "container";
      spec.autosize ??= { type: "fit-x", contains: "padding" }; /* a discrete height follows the number of rows */
    }
    try {
      await document.fonts?.ready;
      const { view } = await window.vegaEmbed(drawing, spec, {
        ast: true, logLevel: window.vega.Error, renderer: "svg", actions: false, defaultStyle: false, config,
        tooltip: { disableDefaultStyle: true }, formatLocale, timeFormatLocale,
      });
      const svg = drawing.querySelector("svg");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", `${name} Les mêmes données sont dans le tableau qui suit.`.trim());
      svg.querySelectorAll("[role], [aria-label], [aria-roledescription]").forEach((part) => {
        for (const attribute of ["role", "aria-label", "aria-roledescription", "aria-hidden"]) part.removeAttribute(attribute);
      });
      drawing.after(saveButton(view, name));
      if (details) details.open = false;
    } catch (error) {
      drawing.remove(); /* the table stays open: nothing is lost */
      console.error(error);
    }
  }

  const drawAll = (root) => root.querySelectorAll("figure.chart[data-spec]").forEach(draw);
  const start = () => {
    drawAll(document);
    document.addEventListener("htmx:load", (event) => drawAll(event.target));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

/*
 * Draws <div class="map" data-map="ID"> from the JSON in <script type="application/json" id="ID">: tiles, and a marker per point.
 * The list under the map says the same without this file. Signs and words tell the verdicts apart, not only colours.
 */
"use strict";

(() => {
  const describe = (found) => `${found.name}${found.session ? ` (session\u00a0${found.session})` : ""}\u00a0: ${found.word}`;

  function sign(found) {
    const part = document.createElement("span");
    part.className = `verdict-${found.verdict}`;
    part.textContent = found.sign;
    return part;
  }

  function marker(point) {
    const signs = document.createElement("span");
    signs.className = "map-signs";
    signs.append(...point.cases.map(sign));
    const name = point.cases.map(describe).join(" ; ");
    const made = L.marker([point.latitude, point.longitude], {
      icon: L.divIcon({ className: "map-marker", html: signs, iconSize: null }), title: name, riseOnHover: true, riseOffset: 1000,
      // Where markers overlap, what is not done stays on top: there is less of it.
      zIndexOffset: point.cases.every((found) => found.verdict === "yes") ? 0 : 500,
    });
    made.on("add", () => made.getElement().setAttribute("aria-label", name));
    made.on("popupopen", (event) => {
      const opened = event.popup.getElement();
      opened.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", "Fermer");
      opened.querySelector(".map-popup a").focus({ preventScroll: true });
    });
    made.on("popupclose", (event) => {
      if (event.popup.getElement().contains(document.activeElement)) made.getElement().focus({ preventScroll: true });
    });
    return made.bindPopup(popup(point));
  }

  function popup(point) {
    const list = document.createElement("ul");
    list.className = "list-plain map-popup";
    for (const found of point.cases) {
      const link = document.createElement("a");
      link.href = found.url;
      link.textContent = found.name;
      const item = document.createElement("li");
      item.append(link, `${found.session ? `, session\u00a0${found.session}` : ""}\u00a0: `, sign(found), ` ${found.word}`);
      list.append(item);
    }
    return list;
  }

  function say(box, text) {
    if (box.previousElementSibling?.classList.contains("map-message")) return;
    const message = document.createElement("p");
    message.className = "map-message muted";
    message.setAttribute("role", "status");
    message.textContent = text;
    box.before(message);
  }

  function draw(box) {
    const data = JSON.parse(document.getElementById(box.dataset.map).textContent);
    box.hidden = false;
    const map = L.map(box.firstElementChild, { scrollWheelZoom: false, zoomControl: false });
    L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    map.attributionControl.setPrefix(false);
    L.tileLayer(data.tiles, { attribution: data.attribution, maxZoom: 18 })
      .on("tileerror", () => say(box, "Le fond de carte ne se charge pas. Tout reste placé, et se lit aussi plus bas."))
      .addTo(map);
    const markers = L.featureGroup(data.points.map(marker)).addTo(map);
    map.fitBounds(markers.getBounds(), { padding: [30, 30], maxZoom: data.zoom ?? 12 });
  }

  document.querySelectorAll("[data-map]").forEach(draw);
})();

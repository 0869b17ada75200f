/*
 * The directory's map, and the button « Autour de moi ». The list says the same without this file.
 * Leaflet comes when the map is opened: at once where there is room beside the list, else by its button. What stands on a
 * part of the map is asked of the site when that part is shown, with the search's own questions.
 */
"use strict";

(() => {
  const wide = window.matchMedia("(min-width: 62rem)");

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /* Autour de moi: the position goes into the search's own form, to some hundred metres, and nowhere else. */
  function offerAround(button) {
    const form = button.form;
    const said = form.querySelector("[data-around-me-said]");
    const say = (text) => {
      said.textContent = text;
      said.hidden = false;
    };
    button.hidden = false;
    form.elements.ou.addEventListener("input", () => {
      form.elements.lat.value = form.elements.lon.value = "";
    });
    button.addEventListener("click", () => {
      say("Recherche de votre position…");
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        form.elements.lat.value = coords.latitude.toFixed(3);
        form.elements.lon.value = coords.longitude.toFixed(3);
        form.elements.ou.value = "Autour de moi";
        form.requestSubmit();
      }, () => say("Votre position n’a pas pu être lue : écrivez le nom de votre commune."), { timeout: 10000 });
    });
  }

  function load(source) {
    return new Promise((done, failed) => document.head.append(element("script", { src: source, onload: done, onerror: failed })));
  }

  class DirectoryMap {
    constructor(box) {
      this.box = box;
      this.data = JSON.parse(document.getElementById(box.dataset.directoryMap).textContent);
      this.panel = box.querySelector("#carte");
      this.button = box.querySelector("button");
      this.said = box.querySelector("[role=status]");
      this.shown = new Map();
      box.hidden = false;
      this.button.addEventListener("click", () => this.toggle());
      if (wide.matches) this.open();
      wide.addEventListener("change", () => wide.matches && this.panel.hidden && this.open());
    }

    toggle() {
      if (this.panel.hidden) this.open();
      else this.close();
    }

    close() {
      this.panel.hidden = true;
      this.button.setAttribute("aria-expanded", "false");
      this.button.textContent = "Voir la carte";
    }

    async open() {
      this.panel.hidden = false;
      this.button.setAttribute("aria-expanded", "true");
      this.button.textContent = "Cacher la carte";
      if (this.map) return this.map.invalidateSize();
      this.map = true;
      try {
        await load(this.box.dataset.leaflet);
      } catch {
        this.say("La carte ne se charge pas. La liste dit la même chose.");
        return undefined;
      }
      return this.draw();
    }

    say(text) {
      this.said.textContent = text;
    }

    draw() {
      const map = L.map(this.panel.querySelector("[role=region]"), { scrollWheelZoom: false, zoomControl: false, minZoom: 4, maxZoom: 18 });
      this.map = map;
      L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
      map.attributionControl.setPrefix(false);
      L.tileLayer(this.data.tiles, { attribution: this.data.attribution, maxZoom: 18 })
        .on("tileerror", () => {
          this.hasNoTiles = true;
        })
        .addTo(map);
      map.on("moveend", () => this.ask());
      map.fitBounds(this.data.bounds, { padding: [20, 20], maxZoom: 15 });
    }

    async ask() {
      this.asking?.abort();
      const asking = new AbortController();
      this.asking = asking;
      const box = this.map.getBounds().toBBoxString();
      try {
        const answer = await fetch(`${this.data.points}&bbox=${box}`, { signal: asking.signal });
        if (!answer.ok) throw new Error(answer.status);
        this.show((await answer.json()).features);
      } catch (error) {
        if (error.name !== "AbortError") this.say("Les lieux ne se chargent pas. La liste dit la même chose.");
      }
    }

    /* What stays keeps its marker: a popup that moves the map is not closed by it, and the focus stays. */
    show(features) {
      const found = new Map(features.map((feature) => [JSON.stringify(feature), feature]));
      for (const [key, marker] of this.shown) {
        if (found.has(key)) continue;
        if (marker.getElement() === document.activeElement) this.map.getContainer().focus({ preventScroll: true });
        marker.remove();
        this.shown.delete(key);
      }
      for (const [key, feature] of found) {
        if (!this.shown.has(key)) this.shown.set(key, this.marker(feature).addTo(this.map));
      }
      this.report(features);
    }

    report(features) {
      const count = features.reduce((sum, { properties }) => sum + (properties.count ?? properties.places.length), 0);
      const told = count === 0 ? "Rien sur cette partie de la carte." : `${count} résultat${count > 1 ? "s" : ""} sur cette partie de la carte.`;
      this.say(this.hasNoTiles ? `${told} Le fond de carte ne se charge pas.` : told);
    }

    marker({ geometry, properties }) {
      const [longitude, latitude] = geometry.coordinates;
      const name = properties.count
        ? `${properties.count} résultats : agrandir`
        : properties.places.map((place) => `${place.name}\u00a0: ${place.what}`).join(" ; ");
      const sign = element("span", { className: "map-signs", textContent: properties.count ?? (properties.places.length > 1 ? properties.places.length : "●") });
      if (properties.count) sign.classList.add("map-group");
      const made = L.marker([latitude, longitude], {
        icon: L.divIcon({ className: "map-marker", html: sign, iconSize: null }), title: name, riseOnHover: true,
      });
      made.on("add", () => made.getElement().setAttribute("aria-label", name));
      return properties.count ? this.opensGroup(made, properties.bounds) : this.opensPlaces(made, properties.places);
    }

    opensGroup(made, [south, west, north, east]) {
      return made.on("click keypress", (event) => {
        if (event.type === "keypress" && event.originalEvent.key !== "Enter") return;
        const box = L.latLngBounds([south, west], [north, east]);
        const zoom = Math.min(Math.max(this.map.getBoundsZoom(box, false, L.point(60, 60)), this.map.getZoom() + 1), 18);
        this.map.setView(box.getCenter(), zoom);
      });
    }

    opensPlaces(made, places) {
      const list = element("ul", { className: "list-plain map-popup" }, ...places.map((place) => {
        const link = element("a", { href: place.url, textContent: place.name });
        if (this.box.dataset.target) Object.assign(link, { target: this.box.dataset.target, rel: "noopener" });
        return element("li", {}, link, element("p", { textContent: place.what }));
      }));
      made.on("popupopen", ({ popup }) => {
        popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", "Fermer");
        popup.getElement().onkeydown = (event) => event.key === "Escape" && made.closePopup();
        popup.getElement().querySelector("a[href]:not(.leaflet-popup-close-button)").focus({ preventScroll: true });
      });
      made.on("popupclose", ({ popup }) => {
        if (popup.getElement().contains(document.activeElement)) made.getElement()?.focus({ preventScroll: true });
      });
      return made.bindPopup(list, { maxHeight: 220 });
    }
  }

  if (navigator.geolocation) document.querySelectorAll("[data-around-me]").forEach(offerAround);
  document.querySelectorAll("[data-directory-map]").forEach((box) => new DirectoryMap(box));
})();

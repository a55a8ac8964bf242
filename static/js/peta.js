/* Map of open reports. Leaflet is fetched only when the map comes into view; without tiles the imported
   boundaries, or just the points, are drawn. Text from reports enters as text, never as HTML. */
(function () {
  "use strict";
  var box = document.getElementById("peta");
  if (!box) return;
  var words = box.querySelector("[data-kabar]");

  function say(text) { if (words) { words.textContent = text; words.hidden = !text; } }

  function load() {
    var style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = box.dataset.gaya;
    document.head.append(style);
    return new Promise(function (done, fail) {
      var script = document.createElement("script");
      script.src = box.dataset.pustaka;
      script.onload = done;
      script.onerror = fail;
      document.head.append(script);
    });
  }

  function get(url) {
    return fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (r) {
      if (!r.ok) throw new Error(r.status);
      return r.json();
    });
  }

  function popup(row) {
    var el = document.createElement("div");
    var link = document.createElement("a");
    link.href = "/laporan/" + encodeURIComponent(row[3]) + "/";
    link.textContent = row[5];
    var place = document.createElement("p");
    place.textContent = row[6] + (row[2] ? "" : " (titik perkiraan wilayah)");
    el.append(link, place);
    return el;
  }

  function draw(data, borders) {
    var L = window.L;
    var map = L.map(box, { attributionControl: !!box.dataset.ubin, zoomAnimation: false, fadeAnimation: false });
    if (box.dataset.ubin) L.tileLayer(box.dataset.ubin, { attribution: box.dataset.sumber || "", maxZoom: 18 }).addTo(map);
    var layers = [];
    if (borders && borders.features.length) {
      var area = L.geoJSON(borders, {
        style: { className: "peta-batas", weight: 1 },
        onEachFeature: function (f, layer) {
          var name = document.createElement("span");
          name.textContent = f.properties.nama;
          layer.bindTooltip(name, { sticky: true });
        }
      }).addTo(map);
      layers.push(area);
    }
    var points = L.featureGroup();
    data.titik.forEach(function (row) {
      L.circleMarker([row[0], row[1]], {
        radius: { kritis: 9, tinggi: 8, sedang: 6, rendah: 5 }[row[4]] || 5,
        className: "peta-titik peta-" + row[4], weight: 2
      }).bindPopup(popup(row)).addTo(points);
    });
    points.addTo(map);
    if (data.titik.length) layers.push(points);
    if (layers.length) map.fitBounds(L.featureGroup(layers).getBounds(), { padding: [16, 16], maxZoom: 15 });
    else map.setView([-6.2, 106.83], 11);
    if (!data.titik.length) say("Tidak ada laporan terbuka dengan titik.");
    else say(data.lebih ? "Menampilkan 1.000 laporan terbaru." : "");
  }

  function start() {
    Promise.all([load(), get(box.dataset.titik), get(box.dataset.batas).catch(function () { return null; })])
      .then(function (got) { draw(got[1], got[2]); })
      .catch(function () { say("Peta tidak dapat dimuat. Gunakan daftar laporan."); });
  }

  if (!("IntersectionObserver" in window)) { start(); return; }
  var seen = new IntersectionObserver(function (entries) {
    if (entries.some(function (e) { return e.isIntersecting; })) { seen.disconnect(); start(); }
  });
  seen.observe(box);
})();

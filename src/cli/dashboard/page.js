"use strict";
// Every text of the store is strangers' text: it reaches the page as textContent, never as markup.
(() => {
  const store = JSON.parse(document.getElementById("store").textContent);
  const [CONNECTION, TYPE, NUMBER, TITLE, STATE, COMPUTER, OPEN, CREATED, UPDATED] =
      [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const ROW = 28, SPARE = 10, PRINTED = 500, DAY = 86400000;
  const $ = (id) => document.getElementById(id);
  const count = (n) => n.toLocaleString("en");
  const time = (ms) => ms === null ? "" : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  const moment = (text) => text === null ? "" : text.slice(0, 16).replace("T", " ");  // RFC 3339
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);
  const created = (item) => item[CREATED] === null ? (item[UPDATED] || 0) : item[CREATED];

  function make(tag, text, attributes) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  }
  function draw(tag, attributes, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // --- filters
  const values = (place) => [...new Set(store.items.map((item) => item[place]))].filter((v) => v !== "").sort();
  const types = values(TYPE);
  for (const [id, place] of [["connection", CONNECTION], ["type", TYPE], ["state", STATE]]) {
    for (const value of values(place)) $(id).append(make("option", value, { value }));
  }
  const searched = store.items.map((item) => (item[NUMBER] + "\n" + item[TITLE]).toLowerCase());

  function wanted() {
    const text = (id) => $(id).value;
    return {
      connection: text("connection"), type: text("type"), state: text("state"), open: text("open"),
      computer: text("computer").trim().toLowerCase(), text: text("text").trim().toLowerCase(),
      from: text("from") ? Date.parse(text("from")) : -Infinity,
      to: text("to") ? Date.parse(text("to")) + DAY : Infinity,
    };
  }
  function fits(item, i, want) {
    const moment = created(item);
    return (want.connection === "" || item[CONNECTION] === want.connection) &&
        (want.type === "" || item[TYPE] === want.type) &&
        (want.state === "" || item[STATE] === want.state) &&
        (want.open === "" || item[OPEN] === Number(want.open)) &&
        moment >= want.from && moment < want.to &&
        (want.computer === "" || item[COMPUTER].toLowerCase().includes(want.computer)) &&
        (want.text === "" || searched[i].includes(want.text));
  }

  // --- charts, and the tables behind them
  function table(caption, heads, rows) {
    // Roles by name: where a narrow page lays cells below each other, they are still a table.
    const whole = make("table", null, { role: "table" });
    whole.append(make("caption", caption));
    const head = make("tr", null, { role: "row" });
    for (const [title, kind] of heads) head.append(make("th", title, { scope: "col", class: kind, role: "columnheader" }));
    whole.append(make("thead", null, { role: "rowgroup" }));
    whole.tHead.append(head);
    const body = make("tbody", null, { role: "rowgroup" });
    for (const row of rows) {
      const line = make("tr", null, { role: "row" });
      row.forEach((cell, i) => {
        const place = make("td", cell instanceof Node ? null : cell,
            { class: heads[i][1], role: "cell", dir: "auto", "data-head": heads[i][0] });
        if (cell instanceof Node) place.append(cell);
        line.append(place);
      });
      body.append(line);
    }
    whole.append(body);
    return whole;
  }
  function fill(id, rows, none, build) {
    $(id).replaceChildren(rows.length === 0 ? make("p", none, { class: "none" }) : build(rows));
  }

  function drawCreated(items) {
    const begin = Date.parse(store.since), step = store.interval_seconds * 1000;
    const slots = Math.max(1, Math.floor((Date.parse(store.until) - begin) / step) + 1);
    const series = types.map(() => new Array(slots).fill(0));
    for (const item of items) {
      const slot = Math.min(slots - 1, Math.max(0, Math.floor((created(item) - begin) / step)));
      series[types.indexOf(item[TYPE])][slot]++;
    }
    const totals = Array.from({ length: slots }, (_, i) => series.reduce((sum, s) => sum + s[i], 0));
    const most = Math.max(1, ...totals);
    const chart = draw("svg", { viewBox: "0 0 600 150", preserveAspectRatio: "none", role: "img",
        "aria-label": count(items.length) + " work items created from " + day(begin) + " to " +
            store.until.slice(0, 10) + ", at most " + count(most) + " at once; the table below has them all" });
    const width = 600 / slots, hourly = step < DAY;
    totals.forEach((total, i) => {
      let base = 150;
      series.forEach((s, t) => {
        if (s[i] === 0) return;
        const height = s[i] / most * 148;
        base -= height;
        chart.append(draw("rect", { x: i * width, y: base, width: Math.max(.5, width * .85), height, class: "s" + t }));
      });
    });
    // Beside the drawing, which is stretched to its place: letters are not to be.
    const axis = make("p", null, { class: "axis" });
    axis.append(make("span", day(begin)),
        make("span", "highest: " + count(Math.max(0, ...totals)) + (hourly ? " an hour" : " a day")),
        make("span", store.until.slice(0, 10)));
    $("created-chart").replaceChildren(chart, axis);
    $("created-key").replaceChildren(...types.map((type, t) =>
        make("li", type + ": " + count(series[t].reduce((a, b) => a + b, 0)), { class: "s" + t })));
    const label = (i) => hourly ? time(begin + i * step) : day(begin + i * step);
    const rows = totals.map((total, i) => [label(i), ...series.map((s) => count(s[i])), count(total)])
        .filter((row, i) => totals[i] > 0);
    fill("created-table", rows, "none", () => table("Work items created",
        [["From", ""], ...types.map((type) => [type, "number"]), ["all", "number"]], rows));
  }

  function bar(value, most) {
    const chart = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "bar s0", "aria-hidden": "true" });
    chart.append(draw("rect", { x: 0, y: 0, width: 100 * value / most, height: 10 }));
    return chart;
  }
  function drawComputers(items) {
    const found = new Map();
    for (const item of items) {
      if (item[COMPUTER] === "") continue;
      const key = item[COMPUTER].toLowerCase();
      const one = found.get(key) || { name: item[COMPUTER], all: 0, open: 0 };
      one.all++;
      one.open += item[OPEN];
      found.set(key, one);
    }
    const top = [...found.values()].sort((a, b) => b.all - a.all || (a.name < b.name ? -1 : 1)).slice(0, 12);
    fill("computers", top, items.length === 0 ? "none with these filters" : "none of them names a configuration item", () =>
        table(count(found.size) + " computers; the most affected:",
            [["Computer", ""], ["Items", "number"], ["Open", "number"], ["Of the most", "share"]],
            top.map((one) => {
              const choose = make("button", one.name, { type: "button", dir: "auto" });
              choose.addEventListener("click", () => { $("computer").value = one.name; show(); $("items").focus(); });
              return [choose, count(one.all), count(one.open), bar(one.all, top[0].all)];
            })));
  }
  function drawConnectors(want) {
    const mine = (row) => (want.connection === "" || row.connection === want.connection) &&
        (want.type === "" || row.type === undefined || row.type === want.type);
    fill("connectors", store.connectors.filter(mine), "no connections", (rows) => table("One line a stream",
        [["Connection", ""], ["Type", "whole"], ["Last run", "whole"], ["Rows", "number"], ["Error", ""]],
        rows.map((r) => [r.connection, r.type, r.last_status || "never", count(r.rows), r.last_error])));
    fill("messages", store.messages.filter(mine), "no runs", (rows) => table("Runs, by how they ended",
        [["Connection", ""], ["Type", "whole"], ["Status", "whole"], ["Runs", "number"], ["Last", "whole"], ["Message", ""], ["Next", ""]],
        rows.map((r) => [r.connection, r.type, r.status, count(r.runs), moment(r.last), r.message, r.hint])));
    fill("rules", store.alert_rules.filter(mine), "no alerts recorded yet", (rows) => table("Work items made of alerts; firing: when last heard of; open: by the last sync",
        [["Connection", ""], ["Rule", ""], ["Items", "number"], ["Firing", "number"], ["Open", "number"], ["Last made", "whole"]],
        rows.map((r) => [r.connection, r.name, count(r.created), count(r.firing), count(r.open), moment(r.last)])));
  }

  // --- the list: only the rows in sight are in the document
  const columns = [["Number", NUMBER], ["Title", TITLE], ["State", STATE], ["Type", TYPE],
      ["Computer", COMPUTER], ["Connection", CONNECTION], ["Created", CREATED]];
  const list = $("items"), body = make("div", null, { class: "body", role: "rowgroup" });
  const heads = make("div", null, { class: "row head", role: "row", "aria-rowindex": "1" });
  let shown = [], current = 0, sorted = { place: CREATED, up: false };
  for (const [title, place] of columns) {
    const head = make("span", null, { role: "columnheader", "aria-sort": "none" });
    const button = make("button", title, { type: "button" });
    button.addEventListener("click", () => {
      sorted = { place, up: sorted.place === place ? !sorted.up : true };
      sort();
      paint();
    });
    head.append(button);
    heads.append(head);
  }
  list.append(heads, body);
  function sort() {
    const { place, up } = sorted, way = up ? 1 : -1;
    const key = place === CREATED ? created : (item) => item[place];
    shown.sort((a, b) => { const x = key(a), y = key(b); return x === y ? 0 : x < y ? -way : way; });
    columns.forEach(([, at], i) => heads.children[i].setAttribute("aria-sort",
        at === place ? (up ? "ascending" : "descending") : "none"));
  }
  function line(i) {
    const row = make("div", null, { class: i === current ? "row current" : "row", role: "row", id: "row-" + i, "aria-rowindex": i + 2 });
    row.style.top = i * ROW + "px";
    for (const [, place] of columns) {
      const text = place === CREATED ? time(created(shown[i])) : shown[i][place];
      row.append(make("span", text, { role: "gridcell", dir: "auto" }));
    }
    row.addEventListener("click", () => move(i));
    return row;
  }
  function paint() {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
    body.style.height = shown.length * ROW + "px";
    const rows = [];
    for (let i = first; i < last; ++i) rows.push(line(i));
    body.replaceChildren(...rows);
    list.setAttribute("aria-rowcount", shown.length + 1);
    if (current >= first && current < last) list.setAttribute("aria-activedescendant", "row-" + current);
    else list.removeAttribute("aria-activedescendant");
    tell(shown[current]);
  }
  // The row has room for one line; a title may have more.
  let told = null;
  function tell(item) {
    if (item === told) return;
    told = item;
    const title = make("bdi", item === undefined ? "none with these filters" : item[TITLE]);
    if (item === undefined) return $("chosen").replaceChildren(title);
    $("chosen").replaceChildren(make("strong", item[NUMBER]), " ", title, make("br"),
        "more of it: ", make("code", "itsmc workitem show " + item[NUMBER] + " --connection " + item[CONNECTION]));
  }
  function move(to) {
    current = Math.min(shown.length - 1, Math.max(0, to));
    const top = current * ROW, room = list.clientHeight - ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + room) list.scrollTop = top + ROW - room;
    paint();
  }
  // Once a frame: a wheel tells of more steps than are drawn.
  let due = false;
  list.addEventListener("scroll", () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; paint(); });
  });
  list.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 2);
    const steps = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page,
        PageUp: current - page, Home: 0, End: shown.length - 1 };
    if (event.target !== list || !(event.key in steps)) return;
    event.preventDefault();
    move(steps[event.key]);
  });
  // What leaves paper without its controls must still say what it shows.
  function filtersInWords() {
    const words = [...$("filters").querySelectorAll("label")].filter((l) => l.control.value !== "")
        .map((l) => l.firstChild.textContent.trim().toLowerCase() + ": " +
            (l.control.selectedOptions ? l.control.selectedOptions[0].textContent : l.control.value));
    return $("found").textContent + (words.length > 0 ? "; " + words.join(", ") : "");
  }
  window.addEventListener("beforeprint", () => {
    $("printed").textContent = filtersInWords();
    body.replaceChildren(...shown.slice(0, PRINTED).map((_, i) => line(i)));
    if (shown.length > PRINTED) body.append(make("p", count(shown.length - PRINTED) + " more are not printed"));
  });
  window.addEventListener("afterprint", paint);
  window.addEventListener("resize", () => { paint(); reach(); });

  // What is wider than its section scrolls there, by the keyboard too.
  function reach() {
    for (const section of document.querySelectorAll("section")) {
      if (section.scrollWidth > section.clientWidth) section.setAttribute("tabindex", "0");
      else section.removeAttribute("tabindex");
    }
  }

  function show() {
    const want = wanted();
    shown = store.items.filter((item, i) => fits(item, i, want));
    $("found").textContent = count(shown.length) + " of " + count(store.items.length) + " work items";
    drawCreated(shown);
    drawComputers(shown);
    drawConnectors(want);
    sort();
    current = 0;
    list.scrollTop = 0;
    paint();
    reach();
  }
  $("filters").addEventListener("input", show);
  $("filters").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !("value" in event.target) || event.target.type === "reset") return;
    event.target.value = "";
    show();
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("filters").addEventListener("reset", () => setTimeout(show));

  const root = document.documentElement, prefers = matchMedia("(prefers-color-scheme: dark)");
  function paintTheme(theme) {
    root.dataset.theme = theme;
    $("theme").setAttribute("aria-pressed", String(theme === "dark"));
  }
  $("theme").addEventListener("click", () => paintTheme(root.dataset.theme === "dark" ? "light" : "dark"));
  prefers.addEventListener("change", () => paintTheme(prefers.matches ? "dark" : "light"));
  paintTheme(prefers.matches ? "dark" : "light");
  $("window").textContent = "Created from " + store.since.slice(0, 10) + " to " + store.until.slice(0, 10) +
      (store.older > 0 ? "; " + count(store.older) + " older ones are not here" : "");
  show();
})();

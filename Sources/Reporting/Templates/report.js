(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const tip = document.getElementById("tip");

  const show = (mark) => {
    const row = data.rows[Number(mark.dataset.row)];
    if (!row) return;
    const table = document.createElement("table");
    row.forEach((text, index) => {
      if (text === "") return;
      const line = table.insertRow();
      line.insertCell().textContent = data.columns[index];
      line.insertCell().textContent = text;
    });
    tip.replaceChildren(table);
    tip.hidden = false;
    const place = mark.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = Math.max(4, Math.min(place.right + 12, room - tip.offsetWidth - 4));
    const above = place.top - tip.offsetHeight - 12;
    const top = above > 4 ? above : place.bottom + 12;
    tip.style.left = left + scrollX + "px";
    tip.style.top = top + scrollY + "px";
  };
  const hide = () => { tip.hidden = true; };

  for (const chart of document.querySelectorAll("svg.chart")) {
    // Left and right go by place on the page; one mark of each chart is in the order of Tab.
    const marks = [...chart.querySelectorAll(".hv")];
    if (marks.length === 0) continue;
    marks[0].setAttribute("tabindex", "0");
    let order = null;
    const sorted = () => order ??= marks
      .map((mark) => [mark, mark.getBBox()])
      .sort((a, b) => a[1].x - b[1].x || a[1].y - b[1].y)
      .map((entry) => entry[0]);
    chart.addEventListener("pointerover", (event) => {
      const mark = event.target.closest(".hv");
      if (mark) show(mark); else hide();
    });
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("focusin", (event) => {
      const mark = event.target.closest(".hv");
      if (mark) show(mark);
    });
    chart.addEventListener("focusout", hide);
    chart.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return hide();
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const mark = event.target.closest(".hv");
      if (!step || !mark) return;
      event.preventDefault();
      const list = sorted();
      const next = list[(list.indexOf(mark) + step + list.length) % list.length];
      mark.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }
})();

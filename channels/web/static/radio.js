// Keeps what was taken down and could not be sent, in this open page and nowhere else: a stolen device shows nothing.
(function () {
  "use strict";
  var form = document.getElementById("relay"), box = document.getElementById("queue");
  if (!form || !box || !window.fetch || !window.FormData || !window.crypto) return;
  var waiting = [], aside = [], sent = [], busy = false, missing = "", words = box.dataset;

  function fresh() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function line(text, where) {
    var p = document.createElement("p");
    p.textContent = text;
    (where || box).appendChild(p);
    return p;
  }
  function show() {
    box.textContent = "";
    if (missing) line(missing).className = "err";
    sent.slice(-3).forEach(function (one) {
      line(words.sent + " " + one.number).className = "digits";
      if (one.stop) line(one.stop).className = "err";
      line(one.said + ". " + one.said + ".");
      one.aloud.forEach(function (words) { line(words); });
    });
    aside.forEach(function (one) {
      line((one.reasons.length ? words.failed : words.put) + " " + one.start + " " + one.reasons.map(function (two) { return two[1]; }).join(" "));
      button(words.mend, function () { takeUp(one); });
    });
    if (!waiting.length) return;
    line(words.some + " " + waiting.length);
    waiting.forEach(function (one) { if (one.reason) line(words.failed + " " + one.start + " " + one.reason); });
    button(words.retry, send);
  }
  // The form is longer than a screen: whoever sent it from its end sees what became of it, and the number to say.
  function look() { box.scrollIntoView({ block: "start" }); }
  function button(text, work) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn two";
    made.textContent = text;
    made.addEventListener("click", work);
    box.appendChild(made);
  }
  // What the server refused is never sent as it was: it comes back into the form, where it can be read and mended.
  var WRITTEN = ["text", "place", "slip", "programme"];
  function marks() { return Array.prototype.slice.call(form.querySelectorAll("[type=radio],[type=checkbox]")); }
  function empty() {
    return WRITTEN.every(function (name) { return !form.elements[name].value.trim(); }) && !marks().some(function (mark) { return mark.checked; });
  }
  function started(text) { return text.length > 24 ? text.slice(0, 24) + "…" : text; }
  function clean() {
    Array.prototype.forEach.call(form.querySelectorAll(".err.told"), function (told) {
      told.parentNode.classList.remove("bad");
      told.parentNode.removeChild(told);
    });
  }
  function fill(data) {
    clean();
    WRITTEN.concat("said_on", "language", "id").forEach(function (name) { form.elements[name].value = data ? data.get(name) || "" : ""; });
    marks().forEach(function (mark) { mark.checked = !!data && data.get(mark.name) === mark.value; });
  }
  function takeUp(one) {
    aside = aside.filter(function (other) { return other !== one; });
    if (!empty()) aside.push({ data: new FormData(form), start: started(form.elements.text.value.trim()), reasons: [] });
    fill(one.data);
    show();
    var first = null;
    one.reasons.forEach(function (reason) {
      var at = document.getElementById(reason[0]), field = at && at.closest(".field, fieldset"), told = document.createElement("span");
      if (!field || !form.contains(field)) { line(words.failed + " " + reason[1]).className = "err"; return; }
      told.className = "err told";
      told.textContent = reason[1];
      told.setAttribute("role", "alert");
      field.classList.add("bad");
      field.insertBefore(told, field.querySelector("textarea, input, select, .options, label.choice") || null);
      if (at.closest("details")) at.closest("details").open = true;
      first = first || at;
    });
    (first || form.elements.text).focus();
  }
  function send() {
    if (busy || !waiting.length) return;
    busy = true;
    var one = waiting.filter(function (each) { return !each.refused; })[0] || waiting[0];
    fetch(form.action, { method: "POST", body: one.data, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status === 403) { one.reason = words.sign; throw new Error("signed out"); }
        if (answer.status === 400) return answer.json().then(function (told) {
          waiting.shift();
          one.reasons = told.reasons;
          if (empty()) takeUp(one); else aside.push(one);
          busy = false;
          show();
          send();
          return null;
        });
        if (!answer.ok) throw new Error("away");
        return answer.json();
      })
      .then(function (told) {
        if (!told) return;
        waiting.shift();
        sent.push(told);
        busy = false;
        show();
        send();
      })
      .catch(function () { busy = false; show(); });
  }
  // What is to be printed needs the page that answers; everything else may wait here for a better line.
  form.addEventListener("submit", function (event) {
    if (form.querySelector("[name=here]").checked) return;
    event.preventDefault();
    var text = form.elements.text.value.trim(), back = form.querySelector("[name=read_back]");
    missing = text ? back.checked ? "" : words.back : words.missing;
    if (missing) { show(); (text ? back : form.elements.text).focus({ preventScroll: true }); look(); return; }
    waiting.push({ data: new FormData(form), start: started(text) });
    var token = form.elements.csrf_token.value, day = form.elements.said_on.value, tongue = form.elements.language.value;
    form.reset();
    fill(null);
    form.elements.csrf_token.value = token;
    form.elements.said_on.value = day;
    form.elements.language.value = tongue;
    form.elements.id.value = fresh();
    show();
    look();
    send();
  });
  // A number is checked beside the form, so that nothing that was typed is lost.
  var check = document.getElementById("check"), heard = document.getElementById("heard");
  check.addEventListener("submit", function (event) {
    event.preventDefault();
    fetch(check.action, { method: "POST", body: new FormData(check), headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { return answer.json(); })
      .then(function (told) {
        var lines = [told.words + " " + told.number, told.said];
        if (told.repairs.length) lines.push(heard.dataset.ask);
        told.repairs.forEach(function (one) { lines.push(one[0] + ": " + one[1]); });
        heard.textContent = "";
        lines.forEach(function (text) { if (text.trim()) line(text, heard); });
      })
      .catch(function () { check.submit(); });
  });
  window.addEventListener("online", send);
  setInterval(send, 30000);
  window.addEventListener("beforeunload", function (event) { if (waiting.length || aside.length) { event.preventDefault(); event.returnValue = ""; } });
  document.addEventListener("keydown", function (event) {
    if (event.key === "F2") { event.preventDefault(); form.requestSubmit ? form.requestSubmit() : form.submit(); }
  });
})();

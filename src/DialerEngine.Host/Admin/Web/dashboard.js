"use strict";
(() => {
  const KEY = "dialer.token";
  const EVERY_MS = 1000;
  const SPARK_POINTS = 120;
  const byId = (id) => document.getElementById(id);
  const cards = new Map();
  let busy = false;
  let messageUntil = 0;

  // Which commands make sense in which state: the engine decides, this only greys out what it would refuse.
  const ALLOWED = { NotLoaded: ["load"], Active: ["start", "unload"], Running: ["stop", "unload"], WaitingUnload: [], UnloadInProgress: [] };
  const NAMES = { NotLoaded: "not loaded", Active: "loaded", Running: "running", WaitingUnload: "waiting for calls to end", UnloadInProgress: "unloading", InActive: "inactive" };
  const TONES = { Running: "good", WaitingUnload: "warn", UnloadInProgress: "warn" };

  const call = async (path, method = "GET") => {
    const answer = await fetch(path, { method, headers: { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` }, cache: "no-store" });
    const body = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : null;
    if (answer.status === 401) {
      sessionStorage.removeItem(KEY);
      askForToken();
    }
    if (!answer.ok) {
      throw new Error(body?.detail ?? `the engine answered with status ${answer.status}`);
    }
    return body;
  };

  const say = (text, forMs = 0) => {
    const message = byId("message");
    message.textContent = text;
    message.hidden = text === "";
    messageUntil = text === "" ? 0 : Date.now() + forMs;
  };

  const askForToken = () => {
    byId("login").hidden = false;
    byId("leave").hidden = true;
    byId("groups").replaceChildren();
    cards.clear();
    byId("token").focus();
  };

  const percent = (share) => (share === undefined || share === null ? "–" : `${(share * 100).toFixed(1)} %`);

  const cardOf = (name) => {
    let card = cards.get(name);
    if (!card) {
      const root = byId("group").content.firstElementChild.cloneNode(true);
      root.querySelector("h2").textContent = name;
      for (const button of root.querySelectorAll("button")) {
        button.addEventListener("click", () => command(name, button.dataset.verb));
      }
      card = { root, history: [] };
      cards.set(name, card);
      byId("groups").append(root);
    }
    return card;
  };

  const set = (root, selector, text) => {
    const element = root.querySelector(selector);
    if (element.textContent !== String(text)) {
      element.textContent = text;
    }
    return element;
  };

  const show = (group) => {
    const card = cardOf(group.name);
    const root = card.root;
    set(root, ".state", NAMES[group.state] ?? group.state).className = `pill state ${TONES[group.state] ?? ""}`;
    set(root, ".mode", group.dialMode);
    set(root, ".why", group.explanation);
    set(root, ".ready", `${group.agentsReady} / ${group.agentsLoggedIn}`);
    set(root, ".talking", group.agentsOnCall);
    set(root, ".wrap", group.agentsAfterCallWork);
    set(root, ".pending", group.callsPending);
    set(root, ".waiting", group.personsWaiting);
    set(root, ".dials", group.dials.toLocaleString());
    set(root, ".hit", percent(group.hitRatio));
    set(root, ".busy", percent(group.busyFactor));
    set(root, ".overdial", percent(group.overdialRate)).classList.toggle("over", group.overdialRate > 0.03);
    set(root, ".answer", group.connected > 0 ? `${group.answerToAgentMsP99} ms` : "–");
    for (const button of root.querySelectorAll("button")) {
      button.disabled = !(ALLOWED[group.state] ?? []).includes(button.dataset.verb);
    }

    card.history.push(group.callsConnected);
    card.history.splice(0, card.history.length - SPARK_POINTS);
    const top = Math.max(1, ...card.history);
    root.querySelector("polyline").setAttribute("points", card.history.map((v, i) => `${i},${(26 - (v / top) * 24).toFixed(1)}`).join(" "));

    const results = Object.entries(group.byResult).sort((a, b) => b[1] - a[1]);
    root.querySelector(".results").replaceChildren(...results.map(([name, count]) => {
      const item = document.createElement("li");
      item.textContent = `${name} ${count.toLocaleString()}`;
      return item;
    }));
  };

  const showFailed = (name) => {
    const root = cardOf(name).root;
    set(root, ".state", "failed").className = "pill state bad";
    set(root, ".why", "This campaign group has failed; the engine's log says why. The others go on.");
    for (const button of root.querySelectorAll("button")) {
      button.disabled = true;
    }
  };

  const command = async (name, verb) => {
    try {
      show(await call(`api/v1/campaign-groups/${encodeURIComponent(name)}/${verb}`, "POST"));
    } catch (fault) {
      say(fault.message, 6000);
    }
  };

  const refresh = async () => {
    if (busy || document.hidden || !sessionStorage.getItem(KEY)) {
      return;
    }
    busy = true;
    try {
      const [all, health] = await Promise.all([call("api/v1/campaign-groups"), fetch("health/ready", { cache: "no-store" }).then((a) => a.json())]);
      all.groups.forEach(show);
      all.failed.forEach(showFailed);
      const pill = byId("health");
      pill.textContent = health.status;
      pill.title = health.reason ?? "";
      pill.className = `pill ${health.status === "ready" ? "good" : "bad"}`;
      if (messageUntil !== 0 && Date.now() > messageUntil) {
        say("");
      }
    } catch (fault) {
      byId("health").textContent = "";
      say(fault instanceof TypeError ? "The engine does not answer." : fault.message);
    } finally {
      busy = false;
    }
  };

  const open = async () => {
    try {
      const version = await call("version");
      byId("version").textContent = version.version;
      byId("login").hidden = true;
      byId("leave").hidden = false;
      say("");
      await refresh();
    } catch (fault) {
      say(fault.message, 6000);
    }
  };

  byId("login").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, byId("token").value.trim());
    byId("token").value = "";
    open();
  });
  byId("leave").addEventListener("click", () => {
    sessionStorage.removeItem(KEY);
    askForToken();
  });

  if (sessionStorage.getItem(KEY)) {
    open();
  } else {
    askForToken();
  }
  setInterval(refresh, EVERY_MS);
})();

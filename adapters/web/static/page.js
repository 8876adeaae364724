// The page's only script: sends what people do, and shows what comes.

const me = document.body.dataset.me;
const place = document.body.dataset.place;
const list = document.getElementById("messages");
const scroll = document.getElementById("scroll");
const welcome = document.getElementById("welcome");
const spoken = document.getElementById("spoken");
const trouble = document.getElementById("trouble");
const dialog = document.getElementById("dialog");
const confirming = document.getElementById("confirm");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || ""; // reminders count in it
const say = document.getElementById("say");

let untouched = ""; // what the open form held when it opened
const waiting = new Set(); // what was sent and is not answered yet, by its `once`

// Talking to the server

async function send(path, what, once = newOnce()) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ person: me, key: once, zone, ...what }),
    });
  } catch {
    throw new Error("I could not reach the server. Your words are kept here; try again when it is back.");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401) location.reload();
  if (!response.ok) throw new Error(answer.sentence || "That did not work. Load the page anew and try again.");
  return answer;
}

function newOnce() {
  // crypto.randomUUID is missing where the page is served without TLS from another machine.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function showTrouble(sentence) {
  trouble.textContent = sentence || "";
  trouble.hidden = !sentence;
}

function take(answer) {
  if (answer.form) openForm(answer.form);
  else showTrouble(answer.sentence);
}

// Messages

function elements(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return [...made.content.children];
}

function put(item) {
  const there = document.getElementById(item.id);
  tellTimes(item);
  if (there) {
    if (Number(there.dataset.changed) < Number(item.dataset.changed)) {
      replaceSaid(there, item);
      there.dataset.changed = item.dataset.changed;
    }
    for (const reply of item.querySelectorAll(":scope > .thread > li")) put(reply);
    return true;
  }
  const thread = item.dataset.thread;
  const root = thread && document.getElementById(`m-${thread}`);
  if (thread && !root) return false;
  const into = root ? root.querySelector(":scope > .thread") : list;
  const later = [...into.children].findLast((other) => Number(other.dataset.at) <= Number(item.dataset.at));
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 160;
  into.insertBefore(item, later ? later.nextSibling : into.firstChild);
  welcome.hidden = true;
  if (waiting.has(item.dataset.once)) showThinking(item);
  if (near || item.classList.contains("mine")) reveal(item);
  return true;
}

function replaceSaid(there, item) {
  const before = there.querySelector(":scope > .said");
  const after = item.querySelector(":scope > .said");
  const focused = before.contains(document.activeElement);
  before.replaceWith(after);
  if (focused) (after.querySelector("button, a") || say).focus();
}

function reveal(item) {
  // As far down as possible, but never past where a tall answer begins.
  const top = scroll.scrollTop + item.getBoundingClientRect().top - scroll.getBoundingClientRect().top - 72;
  const inList = item.parentElement === list;
  if (inList) scroll.scrollTop = Math.min(scroll.scrollHeight, top);
  else item.scrollIntoView({ block: item.offsetHeight > scroll.clientHeight ? "start" : "nearest" });
  const writing = document.activeElement.closest(".message > .composer");
  if (writing?.parentElement.contains(item)) writing.scrollIntoView({ block: "nearest" });
}

function tellTimes(within) {
  for (const time of within.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const today = at.toDateString() === new Date().toDateString();
    time.textContent = today ? clock : `${at.toLocaleDateString([], { day: "numeric", month: "short" })}, ${clock}`;
    time.title = at.toLocaleString();
  }
}

function showThinking(item) {
  const root = item.dataset.thread ? document.getElementById(`m-${item.dataset.thread}`) : item;
  const inThread = item.dataset.thread || item.dataset.answered === "thread";
  if (!item.dataset.answered && !("itsThread" in root.dataset)) return;
  const thinking = document.createElement("li");
  thinking.className = "thinking";
  thinking.dataset.for = item.dataset.once;
  thinking.dataset.at = item.dataset.at;
  thinking.textContent = "Mission is thinking…";
  if (inThread) root.querySelector(":scope > .thread").append(thinking);
  else item.after(thinking);
  spoken.textContent = thinking.textContent;
}

function stopThinking(once) {
  waiting.delete(once);
  for (const gone of document.querySelectorAll(".thinking")) if (gone.dataset.for === once) gone.remove();
}

async function refresh() {
  const response = await fetch(`/c/${place}/messages?as=${me}`).catch(() => null);
  if (response?.status === 401) location.reload();
  if (!response?.ok) return;
  for (const item of elements((await response.json()).html)) put(item);
}

// Writing

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
}

async function submitWords(composer) {
  const box = composer.querySelector("textarea");
  const text = box.value;
  if (!text.trim()) return box.focus();
  box.value = "";
  grow(box);
  box.focus();
  const thread = composer.closest(".message")?.dataset.id;
  // What may have arrived though no answer came is sent again as the same thing.
  const once = box.dataset.unsent === text ? box.dataset.once : newOnce();
  delete box.dataset.unsent;
  await sayWords(text, thread, once).catch((problem) => {
    Object.assign(box.dataset, { unsent: text, once });
    if (!box.value) box.value = text;
    grow(box);
    showTrouble(problem.message);
  });
}

async function sayWords(text, thread, once = newOnce()) {
  showTrouble("");
  waiting.add(once);
  try {
    take(await send("/say", { conversation: place, thread: thread || null, text }, once));
  } finally {
    stopThinking(once);
    if (document.body.classList.contains("offline")) refresh();
  }
}

function openReply(root) {
  let composer = root.querySelector(":scope > .composer");
  if (!composer) {
    composer = document.getElementById("reply-composer").content.firstElementChild.cloneNode(true);
    const box = composer.querySelector("textarea");
    const hint = composer.querySelector(".hint");
    box.id = `reply-${root.dataset.id}`;
    hint.id = `${box.id}-hint`;
    box.setAttribute("aria-describedby", hint.id);
    composer.querySelector("label").htmlFor = box.id;
    hint.textContent =
      "itsThread" in root.dataset
        ? "Mission reads replies here. Escape closes."
        : "Mission reads only what starts with /mission or @Mission. Escape closes.";
    root.append(composer);
  }
  composer.querySelector("textarea").focus();
  composer.scrollIntoView({ block: "nearest" });
}

function closeReply(composer) {
  const root = composer.closest(".message");
  composer.remove();
  [...root.querySelectorAll("[data-do=reply]")].at(-1)?.focus();
}

function askAbout(item) {
  const text = item.querySelector(":scope > .said .text").textContent;
  const thread = item.dataset.thread || item.dataset.id;
  sayWords(`@Mission ${text}`, thread).catch((problem) => showTrouble(problem.message));
}

// Buttons

async function press(button) {
  if (button.ariaBusy === "true") return;
  if (button.dataset.confirm && !(await sure(button.dataset.confirm, button.textContent))) return;
  button.ariaBusy = "true"; // not disabled: that would lose the focus
  showTrouble("");
  try {
    const { action, value } = button.dataset;
    const message = button.closest(".message").dataset.id;
    button.dataset.once ||= newOnce();
    take(await send("/click", { message, action, value }, button.dataset.once));
    delete button.dataset.once; // the next click is another one
  } catch (problem) {
    showTrouble(problem.message);
  } finally {
    button.ariaBusy = null;
  }
}

function sure(sentence, verb) {
  document.getElementById("confirm-words").textContent = sentence;
  confirming.querySelector("[data-do=yes]").textContent = verb;
  confirming.returnValue = "";
  confirming.showModal();
  return new Promise((resolve) => {
    confirming.addEventListener("close", () => resolve(confirming.returnValue === "yes"), { once: true });
  });
}

// Forms

function openForm(html) {
  dialog.replaceChildren(...elements(html));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  firstInput()?.focus();
  untouched = writtenIn();
}

function writtenIn() {
  return JSON.stringify(filledIn(dialog));
}

async function closeForm() {
  if (writtenIn() === untouched || (await sure("Close the form? What you wrote in it is lost.", "Close"))) dialog.close();
}

function firstInput() {
  return dialog.querySelector("[aria-invalid]") || dialog.querySelector("input:checked, textarea, select, input");
}

function filledIn(form) {
  const fields = {};
  for (const input of form.querySelectorAll("[name]")) {
    if (input.type === "checkbox") {
      fields[input.name] ??= [];
      if (input.checked) fields[input.name].push(input.value);
    } else if (input.type !== "radio" || input.checked) fields[input.name] = input.value;
  }
  return fields;
}

async function submitForm(form) {
  const button = form.querySelector("[type=submit]");
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  showProblems(form, {}, "");
  form.dataset.once ||= newOnce();
  try {
    const answer = await send("/submit", { seal: form.dataset.seal, fields: filledIn(form) }, form.dataset.once);
    delete form.dataset.once; // what is sent next is another attempt
    if (answer.errors) showProblems(form, answer.errors, answer.sentence);
    else if (answer.again) showProblems(form, {}, "I had received this already. Close the form, or send it once more.");
    else if (answer.form) openForm(answer.form);
    else {
      dialog.close();
      showTrouble(answer.sentence);
    }
  } catch (problem) {
    showProblems(form, {}, problem.message);
  } finally {
    button.ariaBusy = null;
  }
}

function showProblems(form, errors, sentence) {
  const whole = [sentence];
  for (const slot of form.querySelectorAll("[data-problem]")) {
    const problem = errors[slot.dataset.problem] || "";
    slot.textContent = problem;
    slot.hidden = !problem;
    for (const input of form.querySelectorAll(`[name="${slot.dataset.problem}"]`)) {
      if (problem) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
  for (const [name, problem] of Object.entries(errors)) {
    if (!form.querySelector(`[data-problem="${name}"]`)) whole.push(problem);
  }
  const top = form.querySelector(":scope > .problem");
  top.textContent = whole.filter(Boolean).join(" ");
  top.hidden = !top.textContent;
  if (Object.keys(errors).length) firstInput()?.focus();
  else if (top.textContent) top.scrollIntoView({ block: "nearest" });
}

// What people do

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".composer")) submitWords(form);
  else if (form.matches("#dialog .form")) submitForm(form);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { action, fill } = button.dataset;
  if (action) press(button);
  else if (fill) {
    say.value = fill;
    grow(say);
    say.focus();
  } else if (button.dataset.do === "reply") openReply(button.closest("#messages > .message"));
  else if (button.dataset.do === "ask") askAbout(button.closest(".message"));
  else if (button.dataset.do === "close") dialog.contains(button) ? closeForm() : confirming.close();
  else if (button.dataset.do === "yes") confirming.close("yes");
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLTextAreaElement) || !box.closest(".composer")) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    box.form.requestSubmit();
  } else if (event.key === "Escape" && box !== say) closeReply(box.closest(".composer"));
});

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeForm();
});

document.addEventListener("input", (event) => {
  if (event.target.matches(".composer textarea")) grow(event.target);
});

// What comes

function listen() {
  const live = new EventSource(`/live?as=${me}`);
  live.addEventListener("start", () => {
    document.body.classList.remove("offline");
    refresh();
  });
  live.addEventListener("said", (event) => hear(JSON.parse(event.data)));
  live.addEventListener("error", () => {
    document.body.classList.add("offline");
    // A broken connection is tried again by itself; a refused one is not.
    if (live.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

function hear(news) {
  if (news.place !== place) {
    document.querySelector(`.places [data-place="${news.place}"] .new`).hidden = false;
    return;
  }
  const [item] = elements(news.html);
  const fresh = !document.getElementById(item.id);
  if (!put(item)) refresh();
  if (fresh && news.spoken) spoken.textContent = news.spoken;
}

listen();
tellTimes(list);
if (list.lastElementChild) reveal(list.lastElementChild);
if (matchMedia("(pointer: fine)").matches) say.focus();

// The kiosk's own script, both halves of it. As a page's script it shows the screens, watches whether somebody is
// there, and seals what waits for the network (RFC 9180, base mode, P-256). As a service worker it keeps the pages at
// hand. On the device stand ciphertext, the kiosk's code, and slips encrypted under the office's phrase.
'use strict';
(() => {
const bytes = s => new TextEncoder().encode(s);
const join = (...parts) => { const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0)); let at = 0; for (const p of parts) { all.set(p, at); at += p.length; } return all; };
const to64 = raw => btoa(Array.from(raw, b => String.fromCharCode(b)).join(''));
const from64 = s => Uint8Array.from(atob(s), c => c.charCodeAt(0));

// --- HPKE -------------------------------------------------------------------------------------------------------
const P256 = { name: 'ECDH', namedCurve: 'P-256' }, NONE = new Uint8Array(0);
const KEM = join(bytes('KEM'), [0, 16]), HPKE = join(bytes('HPKE'), [0, 16, 0, 1, 0, 2]);
async function hmac(key, data) {
  const made = await crypto.subtle.importKey('raw', key.length ? key : new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', made, data));
}
const extract = (suite, salt, label, secret) => hmac(salt, join(bytes('HPKE-v1'), suite, bytes(label), secret));
const expand = async (suite, key, label, info, size) => (await hmac(key, join([0, size], bytes('HPKE-v1'), suite, bytes(label), info, [1]))).slice(0, size);
async function schedule(shared, enc, receiver, info) {
  const secret = await expand(KEM, await extract(KEM, NONE, 'eae_prk', shared), 'shared_secret', join(enc, receiver), 32);
  const context = join([0], await extract(HPKE, NONE, 'psk_id_hash', NONE), await extract(HPKE, NONE, 'info_hash', info));
  const start = await extract(HPKE, secret, 'secret', NONE);
  const key = await crypto.subtle.importKey('raw', await expand(HPKE, start, 'key', context, 32), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { key, iv: await expand(HPKE, start, 'base_nonce', context, 12) };
}
async function seal(plain, receiver, info) {
  const own = await crypto.subtle.generateKey(P256, false, ['deriveBits']);
  const enc = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
  const other = await crypto.subtle.importKey('raw', receiver, P256, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, own.privateKey, 256));
  const { key, iv } = await schedule(shared, enc, receiver, bytes(info));
  return join(enc, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)));
}
self.hpke = { seal, schedule };

// --- Service worker: the newest page when there is a network, the last one when there is none --------------------
if (typeof document === 'undefined') {
  const cached = async (request, options) => (await caches.open('kiosk')).match(request, options);
  const newest = async request => {
    try {
      const answer = await fetch(request, { signal: AbortSignal.timeout(6000) });
      if (answer.status === 200) await (await caches.open('kiosk')).put(request, answer.clone());
      return answer;
    } catch (cut) { return (await cached(request)) || (await cached(request, { ignoreSearch: true })) || Response.error(); }
  };
  // A sound's address changes with its file, so what is at hand is right; players ask for ranges, which are not kept.
  const athand = async request => (await cached(request)) || newest(request);
  addEventListener('install', event => { skipWaiting(); event.waitUntil(caches.open('kiosk').then(c => c.addAll(['/kiosk/style.css', '/static/icon.svg', '/kiosk/app.js']))); });
  addEventListener('activate', event => event.waitUntil(clients.claim()));
  addEventListener('fetch', event => {
    const { request } = event, path = new URL(request.url).pathname, door = /^\/kiosk\/([^/]+)/.exec(path);
    if (request.method !== 'GET') return;
    if (path.startsWith('/kiosk/sound/')) event.respondWith(athand(request));
    else if (path.startsWith('/static/') || ['/kiosk/app.js', '/kiosk/style.css'].includes(path) || path.endsWith('/shell')) event.respondWith(newest(request));
    else if (request.mode === 'navigate' && door) event.respondWith(fetch(request).catch(async () => (await cached(`/kiosk/${door[1]}/shell`, { ignoreSearch: true })) || Response.error()));
  });
  return;
}

// --- What is kept on the device -----------------------------------------------------------------------------------
const data = document.body.dataset, home = `/kiosk/${data.door}`, find = s => document.querySelector(s);
const opened = new Promise((yes, no) => {
  const asked = indexedDB.open('kiosk', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('kept');
  asked.onsuccess = () => yes(asked.result);
  asked.onerror = no;
});
async function kept(mode, work) {
  const turn = (await opened).transaction('kept', mode), result = work(turn.objectStore('kept'));
  return new Promise((yes, no) => { turn.oncomplete = () => yes(result && result.result); turn.onerror = turn.onabort = no; });
}
const get = key => kept('readonly', s => s.get(key));
let lock = null, slips = [], held = false, turn = Promise.resolve();
// A slip is given away once: whoever touches the stock waits for whoever does, and one page at a time has it.
const alone = work => (turn = turn.then(work, work));
const have = some => { slips = some; data.slips = some.length; };
const only = () => held || new Promise(yes => navigator.locks.request('kiosk', { ifAvailable: true }, got => { held = !!got; yes(held); return got && new Promise(() => 0); }));
const keep = more => kept('readwrite', s => { const old = s.get('box'); old.onsuccess = () => s.put({ ...old.result, ...more }, 'box'); });
async function lockWith(phrase, salt) {
  const typed = await crypto.subtle.importKey('raw', bytes(phrase), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 600000 }, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
async function locked(some) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, slips: new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, lock, bytes(JSON.stringify(some)))) };
}
const ask = async (path, body) => {
  const answer = await fetch(home + path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  if (answer.status === 403 && lock) await alone(async () => { have([]); await keep(await locked(slips)); });
  return answer.ok ? answer.json() : null;
};
const admitted = code => ask('/hand-in', { token: code, items: [], oldest: 0, waiting: 0, clock: Date.now() });
async function unlock(code, phrase) {
  let box = await get('box');
  if (phrase.length < 10 || !await only()) return false;
  if (!box) {
    if (!await admitted(code)) return false;
    box = { token: code, salt: crypto.getRandomValues(new Uint8Array(16)) };
    lock = await lockWith(phrase, box.salt);
  } else {
    const tried = await lockWith(phrase, box.salt);
    try { have(JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: box.iv }, tried, box.slips)))); } catch (wrong) { return false; }
    lock = tried;
    if (code && await admitted(code)) box.token = code;
  }
  await keep({ ...box, ...await locked(slips) });
  return true;
}
let handing = false, again = false, mine = '';
const guarded = on => document.querySelectorAll('.safe').forEach(e => { e.hidden = !on; });
async function handIn() {
  const box = await get('box');
  if (!box || handing) { again = handing; return; }
  handing = true;
  try {
    const waiting = (await kept('readonly', s => s.getAll())).filter(one => one.id);
    let left = waiting.length, answer = null;
    for (const one of [...waiting, null]) {
      const items = one ? [{ id: one.id, key: one.key, box: to64(one.box) }] : [];
      const oldest = Math.min(Number(data.key.split('.')[0]), ...(await kept('readonly', s => s.getAll())).filter(w => w.id).map(w => w.key));
      answer = await ask('/hand-in', { token: box.token, items, oldest, waiting: left, clock: Date.now() });
      if (!answer) return;
      if ((answer.protected || []).includes(mine)) guarded(true);
      for (const id of answer.safe) { await kept('readwrite', s => s.delete(`w:${id}`)); left -= 1; }
    }
    if (answer.key && answer.key !== data.key) { await keep({ key: answer.key }); data.key = answer.key; }
    if (lock && slips.length < 5) {
      const more = await ask('/stock', { token: box.token });
      if (more) await alone(async () => { const all = [...slips, ...more.slips]; await keep(await locked(all)); have(all); });
    }
  } catch (cut) { /* no network: the next round tries again */ } finally { handing = false; }
  if (again) { again = false; handIn(); }
}

// --- The screens ----------------------------------------------------------------------------------------------------
let state = {}, now = 'language', quiet = Date.now(), sending = false;
const said = (name, value) => document.querySelectorAll(`[data-say=${name}]`).forEach(e => { if (e.tagName === 'INPUT') e.value = value; else e.textContent = value; });
const fours = digits => digits.replace(/(.{4})(?=.)/g, '$1 ');
// --- What is heard, and how large it stands: nothing plays by itself, and the next person begins anew ----------------
const voice = new Audio(), large = () => !!(find('#larger') || {}).checked;
function hush() { voice.pause(); const on = find('.hear.on'); if (on) on.classList.remove('on'); }
function hear(button) {
  const again = button.classList.contains('on');
  hush();
  if (again) return;
  voice.src = button.dataset.sound;
  voice.onplaying = () => button.classList.add('on');
  voice.play().catch(hush);
}
voice.ontimeupdate = () => { quiet = Date.now(); };
document.addEventListener('timeupdate', voice.ontimeupdate, true);
voice.onended = () => { hush(); quiet = Date.now(); };
document.addEventListener('click', event => { const button = event.target.closest('.hear'); if (button) { hear(button); quiet = Date.now(); } });
async function keepSounds() {
  const kept = await caches.open('kiosk'), wanted = (data.sounds || '').split(' ').filter(Boolean).map(at => new URL(at, location).href);
  for (const { url } of await kept.keys()) if (new URL(url).pathname.startsWith('/kiosk/sound/') && !wanted.includes(url)) await kept.delete(url);
  for (const at of wanted) if (!await kept.match(at)) await kept.add(at).catch(() => 0);
}

function show(name) {
  hush();
  document.querySelectorAll('[data-screen]').forEach(s => { s.hidden = s.dataset.screen !== name; });
  document.querySelectorAll('.unsent').forEach(e => { e.hidden = true; });
  now = name; quiet = Date.now(); scrollTo(0, 0);
  if (name !== 'language') find('main').focus();
}
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('');
function wipe() {
  if (!data.shell) return location.replace(home);
  state = { id: fresh() };
  mine = '';
  guarded(false);
  document.querySelectorAll('form').forEach(f => f.reset());
  if (large()) find('#larger').checked = false;
  for (const name of ['clave', 'number', 'case']) said(name, '');
  show('language');
}
async function page(url, body, strict) {
  const answer = await fetch(url, body ? { method: 'POST', body, signal: strict ? AbortSignal.timeout(30000) : null } : {});
  if (strict && !answer.ok && answer.status !== 400) throw new Error('not taken');
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}
async function speak(href) {
  const other = await page(href), was = large();
  for (const part of ['main', 'header', 'footer', '.still']) find(part).replaceWith(document.adoptNode(other.querySelector(part)));
  document.documentElement.lang = other.documentElement.lang;
  find('#larger').checked = was;
  show('home');
}
const at = what => { for (const one of ['wait', 'cut', 'unsent']) find(`[data-screen=case] > .${one}`).hidden = one !== what; };
const fill = async (url, body, strict) => find('[data-say=case]').replaceChildren(...(await page(url, body, strict)).querySelector('main .body').childNodes);
async function look(url, body, strict) {
  show('case'); said('case', ''); at('wait'); find('.cut .touched').hidden = !body;
  try { await fill(url, body, strict); at(''); } catch (cut) { said('case', ''); at('cut'); }
}
async function packed(id, words) {
  const what = bytes(JSON.stringify({ theme: '', place: '', slip: '', lang: document.documentElement.lang, at: Date.now(), ...words }));
  const padded = new Uint8Array(Math.ceil(what.length / 512) * 512).fill(32);
  padded.set(what);
  const [key, receiver] = data.key.split('.');
  return { id, key: Number(key), box: await seal(padded, from64(receiver), `grievance/1/kiosk/${data.door}/${key}/${id}`) };
}
// Whether what waits is a protected case is for the server to say: its person hears it while they stand here.
function waitsHere(id, screen) {
  mine = id;
  guarded(false);
  show(screen);
  handIn();
}
// What is added to a case is sent at once, so that danger gets its own clave; what does not arrive is sealed with the
// page's right to add, under the same id: whichever comes in second changes nothing.
async function add(form, values) {
  if (sending) return;
  sending = true;
  const id = fresh(), shown = find('[data-say=case]');
  values.set('nonce', id);
  shown.hidden = true; at('wait');
  try { await fill(form.getAttribute('action'), new URLSearchParams(values), true); at(''); } catch (cut) {
    try {
      if (!await get('box')) throw cut;
      const waits = await packed(id, { add: form.dataset.right, text: values.get('text') });
      await kept('readwrite', s => s.put(waits, `w:${id}`));
      said('case', ''); waitsHere(id, 'kept');
    } catch (none) { at('unsent'); }
  }
  shown.hidden = sending = false;
  quiet = Date.now(); scrollTo(0, 0);
}
async function send() {
  if (sending) return;
  sending = true;
  try {
    const lang = document.documentElement.lang, place = state.place || state.zone || '';
    const form = new URLSearchParams({ lang, nonce: state.id, theme: state.theme || '', text: state.text, place, go: 'send' });
    const keeps = data.key && await get('box');
    if (!slips.length || !keeps) { await look(home, form, true); if (find('[data-say=case]').childNodes.length) return; }
    // Nothing is promised where no office has admitted the device, or no key is there: the words stay on the screen.
    if (!keeps) { show('where'); find('[data-screen=where] .unsent').hidden = false; return; }
    const slip = await alone(async () => {
      const next = slips[0];
      const waits = await packed(state.id, { text: state.text, theme: state.theme || '', place, slip: next ? next[0] : '' });
      const stock = next ? { ...await get('box'), ...await locked(slips.slice(1)) } : null;
      await kept('readwrite', s => { s.put(waits, `w:${waits.id}`); if (stock) s.put(stock, 'box'); });
      have(slips.slice(1));
      return next;
    });
    if (slip) { said('number', slip[0].slice(0, 4) + '-' + slip[0].slice(4)); said('clave', fours(slip[1])); }
    document.querySelectorAll('form').forEach(f => f.id || f.className === 'paper' || f.reset());
    waitsHere(state.id, slip ? 'sent' : 'waits');
    state = { id: fresh() };
  } finally { sending = false; }
}
function sized(form) {
  form.querySelectorAll('input[type=hidden][name=size]').forEach(old => old.remove());
  if (large() && !form.elements.size) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'size', value: '2' }));
}
function press(form, key) {
  const typed = form.elements.typed, digits = typed.value;
  typed.value = key === 'all' ? '' : key === 'last' ? digits.slice(0, -1) : (digits + key).slice(0, 16);
  form.parentNode.querySelector('form:not(#pad) [name=clave]').value = typed.value;
  said('typed', fours(typed.value.padEnd(16, '·')));
}
document.addEventListener('submit', async event => {
  const form = event.target, by = event.submitter, values = new FormData(form);
  if (by && by.name) values.set(by.name, by.value);
  if (by && by.classList.contains('stay')) { event.preventDefault(); quiet = Date.now(); return; }
  if (form.id === 'pad') { event.preventDefault(); press(form, by.value); return; }
  if (by && by.dataset.print) {
    event.preventDefault();
    if (by.dataset.print === 'paper') try { await fetch(form.action, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(values) }); return; } catch (none) { /* the browser prints */ }
    print();
    return;
  }
  if (!data.shell) { sized(form); return; }
  event.preventDefault();
  if (form.dataset.right && values.get('text').trim()) { add(form, values); return; }
  if (form.closest('[data-screen=case]')) { look(form.getAttribute('action'), new URLSearchParams(values)); return; }
  for (const [name, value] of values) state[name] = value.trim();
  const go = (by && by.value && by.name === 'go') ? by.value : form.elements.to ? form.elements.to.value : 'home';
  if (go === 'unlock') {
    const right = await unlock(values.get('code').trim(), values.get('phrase'));
    form.reset(); delete state.phrase; delete state.code;
    find('[data-say=wrong]').hidden = right;
    if (right) { show('language'); handIn(); }
  } else if ((go === 'where' || go === 'send') && !state.text) { find('#text-error').hidden = false; show('words'); }
  else if (go === 'send') send();
  else { find('#text-error').hidden = true; show(go); }
});
document.addEventListener('click', event => {
  const link = event.target.closest('a');
  if (link && !data.shell && link.search) link.search = link.search.replace('&size=2', '') + (large() ? '&size=2' : '');
  if (!link || !data.shell) { if (link && link.classList.contains('stay')) { event.preventDefault(); quiet = Date.now(); } return; }
  event.preventDefault();
  if (link.classList.contains('wipe')) wipe();
  else if (link.classList.contains('stay')) quiet = Date.now();
  else if (link.hasAttribute('hreflang')) speak(link.href);
  else if (link.dataset.go === 'case' || link.pathname.endsWith('/case')) look(home + '/case?lang=' + document.documentElement.lang);
  else show(link.dataset.go || 'home');
});
for (const sign of ['pointerdown', 'keydown', 'input', 'scroll']) document.addEventListener(sign, () => { if (!find('.still.now')) quiet = Date.now(); }, { passive: true });
setInterval(() => {
  const still = find('.still'), alone = (Date.now() - quiet) / 1000;
  if (!still || (data.shell && ['language', 'open'].includes(now))) return;
  still.classList.toggle('now', alone >= Number(data.idle));
  if (alone >= Number(data.idle) + Number(data.wipe)) { still.classList.remove('now'); wipe(); }
}, 500);

// --- Beginning --------------------------------------------------------------------------------------------------------
document.documentElement.classList.add('js');
if (self.crypto && crypto.subtle && navigator.serviceWorker && navigator.locks) (async () => {
  const box = await get('box');
  if (!data.shell) { if (box && location.pathname === home && find('[data-screen=language]')) location.replace(`${home}/shell?lang=${document.documentElement.lang}`); return; }
  if (box && box.key && Number(box.key.split('.')[0]) > Number(data.key.split('.')[0])) data.key = box.key;
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await navigator.serviceWorker.register('/kiosk/app.js');
  await navigator.serviceWorker.ready;
  wipe();
  if (!box) show('open');
  setInterval(handIn, 30000);
  addEventListener('online', handIn);
  const pages = [location.href, ...Array.from(document.querySelectorAll('a[hreflang]'), a => a.href)];
  await (await caches.open('kiosk')).addAll([...new Set(pages)]).catch(() => 0);
  await handIn();
  keepSounds();
  document.body.dataset.ready = '1';
})();
})();

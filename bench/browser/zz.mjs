import {chromium} from 'playwright-core';
import {serve} from './server.mjs';
const b = await chromium.launch({executablePath: '/usr/bin/chromium', chromiumSandbox: false});
const s = await serve(process.argv[2] ?? '/work/main/build/site');
const runs = [];
for (let i = 0; i < 9; i++) {
  const c = await b.newContext({serviceWorkers: 'block'}); const p = await c.newPage();
  await p.addInitScript(() => { addEventListener('DOMContentLoaded', () => { performance.mark('dcl'); new MutationObserver((_, o) => { if (document.documentElement.dataset.state === 'ready') { performance.mark('ready'); o.disconnect(); } }).observe(document.documentElement, {attributeFilter: ['data-state']}); }); 
    for (const n of ['instantiate', 'compile']) { const f = WebAssembly[n]; WebAssembly[n] = async (...a) => { const t = performance.now(); const r = await f.apply(WebAssembly, a); performance.measure('wasm.' + n, {start: t, end: performance.now()}); return r; }; }
    const d = crypto.subtle.digest; crypto.subtle.digest = async function (...a) { const t = performance.now(); const r = await d.apply(crypto.subtle, a); performance.measure('digest', {start: t, end: performance.now()}); return r; };
  });
  await p.goto(s.url, {waitUntil: 'commit'}); await p.waitForFunction(() => performance.getEntriesByName('ready').length);
  const e = await p.evaluate(() => [...performance.getEntriesByType('resource').map((r) => [r.name.split('/').pop(), Math.round(r.startTime), Math.round(r.responseEnd)]), ...performance.getEntriesByType('measure').map((m) => [m.name, Math.round(m.startTime), Math.round(m.startTime + m.duration)]), ...performance.getEntriesByType('paint').map((m) => [m.name, Math.round(m.startTime)]), ...performance.getEntriesByType('mark').map((m) => [m.name, Math.round(m.startTime)])]);
  runs.push([e.find((x) => x[0] === 'ready')[1], e]); await c.close();
}
runs.sort((a, b) => a[0] - b[0]); console.log(runs.map((r) => r[0]).join(' ')); console.log(runs[4][1].map((x) => x.join(' ')).join('\n')); process.exit(0);

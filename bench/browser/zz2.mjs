import {chromium} from 'playwright-core';
import {serve} from './server.mjs';
const b = await chromium.launch({executablePath: '/usr/bin/chromium', chromiumSandbox: false});
const s = await serve(process.argv[2]);
const sum = {}; let N = 6;
for (let i = 0; i <= N; i++) {
  const c = await b.newContext({serviceWorkers: 'block'}); const p = await c.newPage(); const cdp = await c.newCDPSession(p);
  await cdp.send('Profiler.enable'); await cdp.send('Profiler.setSamplingInterval', {interval: 200}); await cdp.send('Profiler.start');
  await p.goto(s.url, {waitUntil: 'commit'}); await p.waitForFunction(() => document.documentElement?.dataset.state === 'ready');
  const {profile} = await cdp.send('Profiler.stop'); await c.close(); if (!i) continue;
  const byId = Object.fromEntries(profile.nodes.map(n => [n.id, n]));
  profile.samples.forEach((id, k) => { const f = byId[id].callFrame; const n = f.functionName + ' ' + f.url.split('/').pop().slice(0, 30); sum[n] = (sum[n] ?? 0) + profile.timeDeltas[k] / N / 1000; });
}
for (const [n, v] of Object.entries(sum).sort((a, b) => b[1] - a[1]).slice(0, 40)) console.log(v.toFixed(1).padStart(7), n.slice(0, 140));
process.exit(0);

// A page of Next.js, with the recogniser in a client component, in a route on the server, and in the pad.

import {after, before, test} from 'node:test';
import {assertReads, filesOf, installed, launch, project, run, start} from './support.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** The guide's files; only webpack needs a configuration. */
function nextFiles(bundler) {
  const {'next.config.mjs': configuration, ...files} = filesOf('Next.js');
  return bundler === 'webpack' ? {...files, 'next.config.mjs': configuration} : files;
}

for (const bundler of ['turbopack', 'webpack']) {
  test(`Next.js with ${bundler}, built`, async (t) => {
    const root = await project(t, `next-${bundler}`, {files: nextFiles(bundler)});
    const next = installed('next/dist/bin/next');
    await run(process.execPath, [next, 'build', `--${bundler}`], {cwd: root});
    const url = await start(t, process.execPath, (port) => [next, 'start', '-p', `${port}`], {cwd: root});
    await assertReads(browser, url, {page: '7', server: '1', drawn: '3'});
  });

  test(`Next.js with ${bundler}, development`, async (t) => {
    const root = await project(t, `next-${bundler}-dev`, {files: nextFiles(bundler)});
    const url = await start(t, process.execPath,
        (port) => [installed('next/dist/bin/next'), 'dev', `--${bundler}`, '-H', '127.0.0.1', '-p', `${port}`], {cwd: root});
    await assertReads(browser, url, {page: '7', server: '1', drawn: '3'});
  });
}

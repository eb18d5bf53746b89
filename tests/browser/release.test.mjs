// What scripts/release.sh packs.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {cp, mkdtemp, readdir, readFile, rm, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {promisify} from 'node:util';
import {projectFolder, siteFolder} from './support.mjs';

const run = promisify(execFile);
const pack = (site, out) => run(join(projectFolder, 'scripts/lib/pack-release'), [site, out]);

let folder, version;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numeral-release-'));
  ({version} = JSON.parse(await readFile(join(siteFolder, 'package.json'), 'utf8')));
  await pack(siteFolder, join(folder, 'one'));
});
after(() => rm(folder, {recursive: true}));

test('packed twice, the bytes are the same', async () => {
  const copy = join(folder, 'copy');
  await cp(siteFolder, copy, {recursive: true});
  for (const name of await readdir(copy)) await utimes(join(copy, name), 1e9, 1e9);
  await pack(copy, join(folder, 'two'));
  const names = await readdir(join(folder, 'one'));
  assert.deepEqual(names.toSorted(),
      ['SHA256SUMS', `numeral-recognizer-${version}.tgz`, `numeral-site-${version}.zip`]);
  for (const name of names)
    assert.ok((await readFile(join(folder, 'one', name))).equals(await readFile(join(folder, 'two', name))), name);
  await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {cwd: join(folder, 'one')});
});

test('the zip has the site', async () => {
  await run('python3', ['-m', 'zipfile', '-e', join(folder, `one/numeral-site-${version}.zip`), join(folder, 'unpacked')]);
  await run('diff', ['--recursive', siteFolder, join(folder, 'unpacked/numeral')]);
});

test('the package is the one that npm makes', async () => {
  const {stdout} = await run('npm', ['pack', siteFolder, '--json', '--pack-destination', folder]);
  const [{filename}] = JSON.parse(stdout);
  // Without the modes: the compiler makes numeral.wasm executable.
  const list = async (archive) => {
    const {stdout} = await run('tar', ['--list', '--verbose', '--full-time', '--numeric-owner', '--file', archive]);
    return stdout.trim().split('\n').map((line) => line.replace(/^\S+ /, '')).toSorted();
  };
  assert.deepEqual(await list(join(folder, 'one', filename)), await list(join(folder, filename)));
});

test('what is no site is refused', async () => {
  await writeFile(join(folder, 'index.html'), '');
  await assert.rejects(pack(folder, join(folder, 'three')), /is no built site: it has no package\.json/);
});

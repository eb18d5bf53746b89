// The CMake package onnxruntime_wasm: which archives it refuses, and which operators it finds in a model.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {promisify} from 'node:util';
import {projectFolder} from './support.mjs';

const run = promisify(execFile);
const package_ = join(projectFolder, 'onnxruntime_wasm');
const folder = await mkdtemp(join(tmpdir(), 'onnxruntime-wasm-'));
after(() => rm(folder, {recursive: true}));

const ONNX = 'onnx_1.17.0.orig.tar.gz';

/** Calls functions of downloads.cmake, and returns what CMake says on standard error. */
async function downloads(commands) {
  const script = join(folder, 'script.cmake');
  await writeFile(script, `cmake_minimum_required(VERSION 3.28)\ninclude(${package_}/downloads.cmake)\n${commands}`);
  return run('cmake', ['-P', script]).then(() => '', ({stderr}) => stderr);
}

/** A mirror of Debian's archive with one file, and a folder for downloads. */
async function mirror(name, fill) {
  const root = join(folder, name), pool = join(root, 'pool/main/o/onnx'), to = join(folder, `${name}-downloads`);
  await mkdir(pool, {recursive: true});
  await mkdir(to);
  await fill(join(pool, ONNX));
  const failed = await downloads(`list(GET tarballs 1 entry)\ndownload_archive("\${entry}" ${to} file://${root})\n`);
  return {failed, files: await readdir(to)};
}

test('a mirror\'s archive with another checksum is refused and not kept under its name', async () => {
  const {failed, files} = await mirror('wrong', (path) => writeFile(path, 'not the archive'));
  assert.match(failed, /onnxruntime_wasm: file:.*onnx_1\.17\.0\.orig\.tar\.gz: expected SHA256 8d5e983c\w+, found \w+: put/s);
  assert.ok(!files.includes(ONNX));
});

test('the right archive is kept', async () => {
  const {failed, files} = await mirror('right',
      (path) => copyFile(join(process.env.NUMERAL_CACHE, 'sources', ONNX), path));
  assert.equal(failed, '');
  assert.deepEqual(files, [ONNX]);
});

test('an archive put there by hand is checked too, upstream\'s with SHA-1', async () => {
  await writeFile(join(folder, 'gsl-4.0.0.zip'), 'not the archive');
  const failed = await downloads(
      `list(GET header_archives 4 entry)\nunpack_archive("\${entry}" ${folder} ${folder}/unpacked)\n`);
  assert.match(failed, /gsl-4\.0\.0\.zip: expected SHA1 cf368104\w+, found \w+: delete the file/s);
});

test('the operators of the published model, as its card has them', async () => {
  const {stdout} = await run('python3', [join(package_, 'ort_operators.py'), join(projectFolder, 'model/digits.ort')]);
  const {operators} = JSON.parse(await readFile(join(projectFolder, 'model/digits.json'), 'utf8'));
  assert.deepEqual(stdout.trim().split('\n'), operators.map((operator) => `${operator};float`));
});

test('what is no model in ORT format is refused', async () => {
  for (const [file, message] of [['model/digits.onnx', /no model in ORT format/]]) {
    const failed = await run('python3', [join(package_, 'ort_operators.py'), join(projectFolder, file)])
        .catch(({stderr}) => stderr);
    assert.match(failed, message);
  }
  const whole = await readFile(join(projectFolder, 'model/digits.ort'));
  const half = join(folder, 'half.ort');
  await writeFile(half, whole.subarray(0, 200));
  const failed = await run('python3', [join(package_, 'ort_operators.py'), half]).catch(({stderr}) => stderr);
  assert.match(failed, /half\.ort: the file is damaged/);
});

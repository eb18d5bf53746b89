// The bill of materials, sbom.cdx.json: valid, true to the site's files, and in step with
// THIRD_PARTY_NOTICES; what was not linked is not in it.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {cp, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {before, test} from 'node:test';
import {promisify} from 'node:util';
import {Spec, Validation} from '@cyclonedx/cyclonedx-library';
import {projectFolder, siteFolder} from './support.mjs';

const NAME = 'sbom.cdx.json';
const run = promisify(execFile);

let text, bill, notices;
before(async () => {
  text = await readFile(join(siteFolder, NAME), 'utf8');
  bill = JSON.parse(text);
  notices = await readFile(join(projectFolder, 'THIRD_PARTY_NOTICES'), 'utf8');
});

/** A component's licence in the words of THIRD_PARTY_NOTICES. */
function licenceOf({licenses: [{expression, license}]}) {
  return expression?.replace(' WITH LLVM-exception', ' with LLVM exception').replace(' OR NCSA', ' (or, at choice, NCSA)') ??
    license.id ?? license.name.replaceAll('-', ' ');
}

/** Section 1 of THIRD_PARTY_NOTICES: {name, version, licence, parts: [{name, licence}]} of each entry. */
function inside() {
  const [, section] = notices.match(/^1\. .*?$(.*?)^2\. /ms);
  const entries = [];
  for (const line of section.split('\n')) {
    const entry = line.match(/^(\S.*?) (\d\S*)(?: \(.*\))? -- (.*)$/);
    const part = line.match(/^ {4}(\S.*?)(?: \(.*\))? -- (.*)$/);
    if (entry) entries.push({name: entry[1], version: entry[2], licence: entry[3], parts: []});
    else if (part) entries.at(-1).parts.push({name: part[1], licence: part[2]});
    else assert.doesNotMatch(line, /^\S.* -- /, 'an entry of the notices without a version');
  }
  return entries;
}

test('it is valid CycloneDX 1.6', async () => {
  assert.equal(bill.specVersion, '1.6');
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  assert.equal(await validator.validate(text), null);
  assert.notEqual(await validator.validate(text.replace('"type": "library"', '"type": "liberty"')), null);
});

test('all references lead to a component', () => {
  const known = new Set();
  const add = ({'bom-ref': reference, components = []}) => {
    assert.ok(!known.has(reference), `${reference} twice`);
    known.add(reference);
    components.forEach(add);
  };
  [bill.metadata.component, ...bill.components].forEach(add);
  for (const {ref, dependsOn} of bill.dependencies)
    for (const reference of [ref, ...dependsOn]) assert.ok(known.has(reference), reference);
});

test('it has every file of the site with its SHA-256', async () => {
  const listed = bill.metadata.component.components;
  assert.deepEqual(listed.map(({name}) => name).sort(),
      (await readdir(siteFolder)).filter((name) => name !== NAME).sort());
  for (const {name, hashes} of listed) {
    const content = await readFile(join(siteFolder, name));
    assert.deepEqual(hashes,
        [{alg: 'SHA-256', content: createHash('sha256').update(content).digest('hex')}], name);
  }
});

test('the notices list the same, with the same versions and licences', () => {
  const entries = inside();
  const names = (list) => list.map(({name, version = ''}) => `${name} ${version}`).sort();
  assert.deepEqual(names(entries), names(bill.components));
  for (const component of bill.components) {
    const entry = entries.find(({name}) => name === component.name);
    assert.equal(entry.licence, licenceOf(component), component.name);
    assert.deepEqual(names(entry.parts), names(component.components ?? []), component.name);
    for (const part of component.components ?? []) {
      const {licence} = entry.parts.find(({name}) => name === part.name);
      assert.ok(licence.startsWith(licenceOf(part)), `${component.name}: ${part.name}: ${licence}`);
    }
  }
});

test('the notices have the text of each licence', () => {
  const [, section] = notices.match(/^4\. (.*)/ms);
  const titles = [...section.matchAll(/^=+\n(.*)\n=+$/gm)].map(([, title]) => title);
  const licences = new Set(bill.components.flatMap((component) => [component, ...component.components ?? []])
      .flatMap((component) => licenceOf(component).replace(/ \(or.*/, '').split(' with '))
      .filter((licence) => licence !== 'public domain'));
  assert.ok(licences.size > 5);
  for (const licence of licences)
    assert.ok(titles.some((title) => title.startsWith(licence)), `${licence}, of ${titles.join()}`);
});

test('it says nothing of the machine and the time of the build, and neither does the module', async () => {
  assert.equal(bill.serialNumber, undefined);
  assert.equal(bill.metadata.timestamp, undefined);
  assert.doesNotMatch(text, /"\/|\/(home|root|tmp)\//);
  const hosts = [...text.matchAll(/https?:\/\/([^/"]+)/g)].map(([, host]) => host);
  assert.deepEqual([...new Set(hosts)].sort(),
      ['cyclonedx.org', 'github.com', 'gitlab.com', 'musl.libc.org']);
  const module = await readFile(join(siteFolder, 'numeral.wasm'), 'latin1');
  assert.match(module, /onnxruntime\/core\/graph\/graph\.cc/); // else the next line says little
  assert.doesNotMatch(module, /\/[\w./-]*\/onnxruntime-wasm\/|\/(home|root|tmp)\//);
});

/** Makes a bill with changed inputs: `change` gets an input's name and text. Returns its components. */
async function remade(t, change) {
  const ninja = await readFile(join(projectFolder, 'build/wasm/build.ninja'), 'utf8');
  const [command, ...options] = ninja.match(/"-DSBOM=([^"]+)"/)[1].split(';');
  const folder = await mkdtemp(join(tmpdir(), 'numeral-sbom-'));
  t.after(() => rm(folder, {recursive: true}));
  for (const name of ['extracted', 'map', 'library']) {
    const index = options.indexOf(`--${name}`) + 1;
    const changed = join(folder, name);
    await writeFile(changed, change(name, await readFile(options[index], 'utf8')));
    options[index] = changed;
  }
  const site = join(folder, 'site');
  await cp(siteFolder, site, {recursive: true});
  await run(command, [...options, '--site', site], {maxBuffer: 1 << 26});
  return JSON.parse(await readFile(join(site, NAME), 'utf8')).components.map(({name}) => name);
}

const listed = () => bill.components.map(({name}) => name);

test('unchanged inputs give the same bill', async (t) =>
  assert.deepEqual(await remade(t, (_, input) => input), listed()));

test('what no linked object includes is not listed', async (t) => {
  const names = await remade(t, (name, input) => name !== 'extracted' ? input :
    input.split('\n').filter((line) => !line.includes('libonnxruntime.a(')).join('\n'));
  const gone = listed().filter((name) => !names.includes(name));
  assert.deepEqual(gone, ['Boost.Mp11', 'Eigen', 'FlatBuffers', 'Guidelines Support Library', 'ONNX',
    'Protocol Buffers', 'SafeInt', 'date']);
});

test('a header is listed if, and only if, an object that includes it was linked', async (t) => {
  const header = '    /usr/include/date/date.h\n';
  const onlyIn = (object) => (name, input) => {
    if (name !== 'library') return input;
    const objects = input.replaceAll(header, '').split(/^(?=\S.*: #deps)/m);
    assert.equal(objects.filter((text) => text.includes(`/${object}: #deps`)).length, 1, object);
    return objects.map((text) =>
      text.includes(`/${object}: #deps`) ? text.replace('\n', `\n${header}`) : text).join('');
  };
  assert.ok((await remade(t, onlyIn('graph.cc.o'))).includes('date'));
  // No kernel of the model takes this one from the library.
  assert.ok(!(await remade(t, onlyIn('erf.cpp.o'))).includes('date'));
});

test('an object of which nothing is known is an error', async (t) => {
  const missing = (name, input) =>
    name === 'library' ? input.replace(/\/graph\.cc\.o: #deps/, '/other.cc.o: #deps') : input;
  await assert.rejects(remade(t, missing),
      /sbom\.py: libonnxruntime\.a\(graph\.cc\.o\) was linked, but nothing says what it was made from/);
});

test('a part of the system that is not in the result is not listed', async (t) => {
  const names = await remade(t, (name, input) => name !== 'map' ? input :
    input.split('\n').filter((line) => !line.includes('libcompiler_rt.a(')).join('\n'));
  assert.deepEqual(listed().filter((name) => !names.includes(name)), ['compiler-rt']);
});
